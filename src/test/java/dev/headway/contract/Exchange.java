package dev.headway.contract;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * One request and its answer as they were on the wire.
 *
 * @param request empty where what was sent was no request
 * @param headers of the answer, by any case of their names
 * @param text of the body
 * @param isWhole whether the answer came to its end
 */
record Exchange(
    Optional<Request> request,
    int status,
    Map<String, List<String>> headers,
    String text,
    boolean isWhole) {
  /** What was asked for; the target with its query. */
  record Request(String method, String target) {
    String path() {
      int query = target.indexOf('?');
      return query < 0 ? target : target.substring(0, query);
    }
  }

  Optional<String> header(String name) {
    List<String> values = headers.getOrDefault(name, List.of());
    return values.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", values));
  }

  /** Without its parameters, in small letters; empty if there is none. */
  String mediaType() {
    return header("Content-Type")
        .map(type -> type.replaceFirst(";.*", "").strip().toLowerCase(Locale.ROOT))
        .orElse("");
  }

  @Override
  public String toString() {
    String asked = request.map(r -> r.method() + " " + r.target()).orElse("(no request)");
    return asked
        + " → "
        + status
        + " "
        + headers
        + " "
        + (text.length() > 600 ? text.substring(0, 600) + "…" : text);
  }
}
