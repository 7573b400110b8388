package dev.headway.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.io.UncheckedIOException;

/** Writes the documents of the contract: compact, on one line, members in a fixed order. */
final class Json {
  /** Immutable once built, and safe on any thread. An empty Optional leaves its member out. */
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .addModule(new Jdk8Module())
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(
                  JsonInclude.Include.NON_ABSENT, JsonInclude.Include.ALWAYS))
          .build();

  private Json() {}

  static byte[] encode(Object document) {
    try {
      return MAPPER.writeValueAsBytes(document);
    } catch (JsonProcessingException e) {
      // The documents are our own records: this is a fault of the code, not of a caller.
      throw new UncheckedIOException("cannot encode a " + document.getClass().getSimpleName(), e);
    }
  }
}
