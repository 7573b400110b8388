package dev.headway.api;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;

/** The contract for programs: every path, answer and schema as OpenAPI 3.1. */
public final class ContractDocument {
  private static final String FILE = "openapi.json";

  private ContractDocument() {}

  /** The document, JSON in UTF-8. Blocks while it reads; once, at start. */
  public static byte[] openApi() {
    try (InputStream file = ContractDocument.class.getResourceAsStream(FILE)) {
      return Objects.requireNonNull(file, FILE).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("the contract cannot be read from the program", e);
    }
  }
}
