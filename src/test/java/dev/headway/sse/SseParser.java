package dev.headway.sse;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The event stream interpretation of the WHATWG HTML standard (9.2.5 and 9.2.6), from the standard
 * and not from our framing. Takes bytes in any portions.
 */
public final class SseParser {
  /** A dispatched event. */
  public record Event(String type, String data, String lastEventId) {}

  private final List<Event> events = new ArrayList<>();
  private final List<Long> retries = new ArrayList<>();
  private int comments;

  private byte[] line = new byte[64];
  private int length;
  private boolean first = true;
  private boolean afterCr;

  private final StringBuilder data = new StringBuilder();
  private String type = "";
  private String idBuffer = "";
  private String lastEventId = "";

  public void feed(byte[] bytes) {
    feed(bytes, bytes.length);
  }

  void feed(byte[] bytes, int count) {
    for (int i = 0; i < count; i++) {
      byte b = bytes[i];
      if (afterCr) {
        afterCr = false;
        if (b == '\n') {
          continue; // the second half of a CRLF
        }
      }
      if (b == '\n' || b == '\r') {
        afterCr = b == '\r';
        endOfLine();
      } else {
        if (length == line.length) {
          line = java.util.Arrays.copyOf(line, 2 * length);
        }
        line[length++] = b;
      }
    }
  }

  private void endOfLine() {
    String text = new String(line, 0, length, StandardCharsets.UTF_8);
    length = 0;
    if (first && text.startsWith("\uFEFF")) {
      text = text.substring(1);
    }
    first = false;
    if (text.isEmpty()) {
      dispatch();
      return;
    }
    int colon = text.indexOf(':');
    if (colon == 0) {
      comments++;
    } else if (colon > 0) {
      String value = text.substring(colon + 1);
      field(text.substring(0, colon), value.startsWith(" ") ? value.substring(1) : value);
    } else {
      field(text, "");
    }
  }

  private void field(String name, String value) {
    switch (name) {
      case "event" -> type = value;
      case "data" -> data.append(value).append('\n');
      case "id" -> idBuffer = value.indexOf('\0') < 0 ? value : idBuffer;
      case "retry" -> {
        if (value.matches("[0-9]+")) {
          retries.add(Long.parseLong(value));
        }
      }
      default -> {} // ignored, says the standard
    }
  }

  private void dispatch() {
    lastEventId = idBuffer;
    if (!data.isEmpty()) {
      data.setLength(data.length() - 1);
      events.add(new Event(type.isEmpty() ? "message" : type, data.toString(), lastEventId));
    }
    data.setLength(0);
    type = "";
  }

  public List<Event> events() {
    return events;
  }

  public List<Long> retries() {
    return retries;
  }

  int comments() {
    return comments;
  }

  /** The ids of all status events, which are the versions. */
  List<Long> versions() {
    return events.stream()
        .filter(event -> event.type().equals("status"))
        .map(event -> Long.parseLong(event.lastEventId()))
        .toList();
  }

  Optional<Event> last() {
    return events.isEmpty() ? Optional.empty() : Optional.of(events.getLast());
  }
}
