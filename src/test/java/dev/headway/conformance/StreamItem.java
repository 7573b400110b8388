package dev.headway.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/** What a stream is made of. {@code at} is a moment of {@link System#nanoTime()}. */
sealed interface StreamItem {
  long at();

  /** Sends readers away for that long before they come back. */
  record Retry(long millis, long at) implements StreamItem {}

  /** Something for nobody, which keeps the connection alive. */
  record Comment(long at) implements StreamItem {}

  /**
   * One event.
   *
   * @param type {@code message} if the stream named none
   * @param id as this event has it; empty if it has none
   */
  record Event(String type, Optional<String> id, String data, long at) implements StreamItem {
    JsonNode json() {
      return Answer.json(data);
    }

    long version() {
      return json().path("version").asLong(-1);
    }

    boolean isTerminal() {
      return Probe.TERMINAL.contains(json().path("status").asText());
    }
  }
}
