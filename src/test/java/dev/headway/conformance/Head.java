package dev.headway.conformance;

import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Status line and headers of an answer.
 *
 * @param version of HTTP, as the server wrote it
 * @param headers by any case of their names, each with its values in order
 */
record Head(String version, int status, Map<String, List<String>> headers) {
  /** All values of a header, joined as HTTP says that they may be. */
  Optional<String> header(String name) {
    List<String> values = headers.getOrDefault(name, List.of());
    return values.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", values));
  }

  String headerOr(String name, String otherwise) {
    return header(name).orElse(otherwise);
  }

  /** When it was made, by its server's clock; by ours where it does not say. */
  Instant date() {
    try {
      return header("Date")
          .map(date -> Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(date)))
          .orElseGet(Instant::now);
    } catch (DateTimeParseException e) {
      return Instant.now();
    }
  }

  /** Without parameters. */
  String mediaType() {
    return headerOr("Content-Type", "").replaceFirst(";.*", "").strip();
  }

  /** For a report: without what lets its reader in. */
  @Override
  public String toString() {
    var text = new StringBuilder(version + " " + status);
    headers.forEach((name, values) -> values.forEach(value -> line(text, name, value)));
    return text.toString();
  }

  private static void line(StringBuilder text, String name, String value) {
    boolean secret = name.equalsIgnoreCase("Set-Cookie");
    String shown = secret ? value.replaceFirst("=[^;]*", "=…") : value;
    text.append("\n    ").append(name).append(": ").append(Ask.cut(shown, 200));
  }
}
