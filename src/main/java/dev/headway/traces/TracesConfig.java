package dev.headway.traces;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What is traced, and where the spans go.
 *
 * @param share of all uploads, above 0 and up to 1
 * @param endpoint where a collector takes OTLP over HTTP; {@code v1/traces} is added
 * @param headers that the collector wants, a key of it perhaps
 */
public record TracesConfig(double share, URI endpoint, Map<String, String> headers) {
  /** The share of uploads that are traced; 0, the default, for none. */
  public static final String SHARE = "HEADWAY_TRACES";

  /** OpenTelemetry's own names and forms. */
  public static final String ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT";

  public static final String HEADERS = "OTEL_EXPORTER_OTLP_HEADERS";

  private static final URI LOCAL = URI.create("http://localhost:4318/");

  public TracesConfig {
    if (!(share > 0 && share <= 1)) {
      throw new IllegalArgumentException(SHARE + " is 0 to 1");
    }
    if (!"http".equals(endpoint.getScheme()) && !"https".equals(endpoint.getScheme())) {
      throw new IllegalArgumentException(ENDPOINT + " is no http or https address");
    }
    headers = Map.copyOf(headers);
  }

  /**
   * Empty where nothing is to be traced.
   *
   * @param variables the value of an environment variable, if it has one
   * @throws IllegalArgumentException with a sentence that names the variable at fault
   */
  public static Optional<TracesConfig> of(Function<String, Optional<String>> variables) {
    double share = variables.apply(SHARE).map(TracesConfig::number).orElse(0.0);
    Optional<String> endpoint = variables.apply(ENDPOINT);
    Optional<String> headers = variables.apply(HEADERS);
    if (share == 0) {
      return Optional.empty();
    }
    return Optional.of(
        new TracesConfig(
            share,
            endpoint.map(TracesConfig::address).orElse(LOCAL),
            headers.map(TracesConfig::pairs).orElse(Map.of())));
  }

  private static double number(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(SHARE + " is not a number", e);
    }
  }

  private static URI address(String text) {
    try {
      return URI.create(text.endsWith("/") ? text : text + "/");
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(ENDPOINT + " is not an address", e);
    }
  }

  /** {@code name=value,name=value}, the values encoded as in an address. */
  private static Map<String, String> pairs(String text) {
    Map<String, String> pairs = new LinkedHashMap<>();
    for (String pair : text.split(",", -1)) {
      int sign = pair.indexOf('=');
      if (sign < 1) {
        // Without the text, which may be a key.
        throw new IllegalArgumentException(HEADERS + " is not name=value, name=value");
      }
      pairs.put(
          pair.substring(0, sign).strip(),
          URLDecoder.decode(pair.substring(sign + 1).strip(), StandardCharsets.UTF_8));
    }
    return pairs;
  }

  /** Hides the headers: one of them may be a key. */
  @Override
  public String toString() {
    return "TracesConfig[%s to %s]".formatted(share, endpoint);
  }
}
