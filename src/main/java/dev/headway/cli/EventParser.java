package dev.headway.cli;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Parses an event stream as the WHATWG standard says, in whatever pieces it arrives, and knows
 * nothing of HTTP. For one stream and one thread.
 */
final class EventParser {
  /** Characters of one event or line: far more than a record needs, far less than memory. */
  private static final int MAX_EVENT = 1 << 20;

  /** Longer waits than this are nothing that a service asks for. */
  private static final long MAX_RETRY_MILLIS = Duration.ofMinutes(1).toMillis();

  private final StringBuilder line = new StringBuilder();
  private final StringBuilder data = new StringBuilder();
  private String type = "";
  private Optional<Duration> retry = Optional.empty();
  private boolean atStart = true;
  private boolean afterCarriageReturn;

  /**
   * Takes the next characters and returns the events that they complete.
   *
   * @throws IOException when an event is too large to be one
   */
  List<ServerEvent> feed(CharSequence characters) throws IOException {
    var events = new ArrayList<ServerEvent>();
    for (int i = 0; i < characters.length(); i++) {
      char c = characters.charAt(i);
      boolean endedByCarriageReturn = afterCarriageReturn;
      afterCarriageReturn = c == '\r';
      if (c == '\n' && endedByCarriageReturn) {
        continue; // the second half of a CRLF, which may be in another piece
      }
      if (c == '\uFEFF' && atStart) {
        atStart = false;
        continue;
      }
      atStart = false;
      if (c == '\r' || c == '\n') {
        endOfLine(events);
      } else {
        requireRoom();
        line.append(c);
      }
    }
    return events;
  }

  /** How long to wait before the next attempt, where the server said so. */
  Optional<Duration> retry() {
    return retry;
  }

  private void requireRoom() throws IOException {
    if (line.length() + data.length() >= MAX_EVENT) {
      throw new IOException("an event of the stream is too large");
    }
  }

  private void endOfLine(List<ServerEvent> events) {
    if (line.isEmpty()) {
      dispatch(events);
      return;
    }
    String text = line.toString();
    line.setLength(0);
    int colon = text.indexOf(':');
    if (colon == 0) {
      return; // a comment
    }
    String name = colon < 0 ? text : text.substring(0, colon);
    String value = colon < 0 ? "" : text.substring(colon + 1);
    field(name, value.startsWith(" ") ? value.substring(1) : value);
  }

  private void field(String name, String value) {
    switch (name) {
      case "event" -> type = value;
      case "data" -> data.append(value).append('\n');
      case "retry" -> {
        if (value.matches("[0-9]{1,18}")) {
          long millis = Math.min(MAX_RETRY_MILLIS, Long.parseLong(value));
          retry = Optional.of(Duration.ofMillis(millis));
        }
      }
      default -> {
        // Unknown fields are ignored, says the standard. So is id: it repeats the record's version.
      }
    }
  }

  private void dispatch(List<ServerEvent> events) {
    if (!data.isEmpty()) {
      data.setLength(data.length() - 1); // the line end after the last line
      events.add(new ServerEvent(type.isEmpty() ? "message" : type, data.toString()));
    }
    data.setLength(0);
    type = "";
  }
}
