package dev.headway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * One whole answer, trusted in nothing.
 *
 * @param body of bounded length; a longer one is cut
 * @param sent by this machine's clock
 * @param received the same, when all of it was there
 */
record Answer(
    int status,
    HttpClient.Version version,
    HttpHeaders headers,
    String body,
    Instant sent,
    Instant received) {
  private static final JsonMapper JSON = new JsonMapper();

  String header(String name) {
    return String.join(", ", headers.allValues(name));
  }

  /** Whether one of the header's members, apart from its parameters and in any case, is this. */
  boolean lists(String name, String member) {
    return headers.allValues(name).stream()
        .flatMap(value -> Arrays.stream(value.split(",", -1)))
        .anyMatch(value -> value.strip().equalsIgnoreCase(member));
  }

  boolean isOfType(String type) {
    return header("Content-Type").toLowerCase(Locale.ROOT).startsWith(type);
  }

  /** The body, or a missing node where it is no JSON. */
  JsonNode json() {
    try {
      JsonNode read = JSON.readTree(body);
      return read == null ? MissingNode.getInstance() : read;
    } catch (IOException _) {
      return MissingNode.getInstance(); // a proxy's page, say
    }
  }

  /** The code of the problem that the service itself wrote; empty for anybody else's answer. */
  String problemCode() {
    return isOfType("application/problem+json") ? json().path("code").asText("") : "";
  }

  Duration took() {
    return Duration.between(sent, received);
  }

  /** The clock of whoever wrote this answer: the service's own where it is told, to the ms. */
  Optional<Instant> serviceTime() {
    try {
      return Optional.of(Instant.parse(json().path("timestamp").asText("")));
    } catch (DateTimeParseException _) {
      return Optional.empty();
    }
  }

  /** The header {@code Date}, which a proxy may have written; to the second. */
  Optional<Instant> date() {
    try {
      return headers
          .firstValue("Date")
          .map(DateTimeFormatter.RFC_1123_DATE_TIME::parse)
          .map(Instant::from);
    } catch (DateTimeParseException _) {
      return Optional.empty();
    }
  }
}
