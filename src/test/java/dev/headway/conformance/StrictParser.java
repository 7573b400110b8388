package dev.headway.conformance;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes an event stream apart as the WHATWG standard says (HTML, 9.2.6), byte by byte, so that it
 * does not matter how the bytes were cut on their way; and writes down what the standard tolerates
 * but a server has no reason to send. Lines may end with LF, CR or CRLF; a byte order mark may
 * begin the stream.
 */
final class StrictParser {
  private static final byte[] MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

  private final Consumer<StreamItem> items;
  private final List<String> breaches = new ArrayList<>();
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private boolean wasCarriageReturn;
  private boolean firstLine = true;

  private String type = "";
  private @Nullable String id;
  private @Nullable StringBuilder data;
  private boolean anyField;

  StrictParser(Consumer<StreamItem> items) {
    this.items = items;
  }

  /** What was wrong up to now, each a sentence. */
  List<String> breaches() {
    return List.copyOf(breaches);
  }

  void take(byte[] bytes, int from, int length) {
    for (int i = from; i < from + length; i++) {
      take(bytes[i]);
    }
  }

  void take(byte b) {
    boolean endsPair = wasCarriageReturn && b == '\n';
    wasCarriageReturn = b == '\r';
    if (endsPair) {
      return;
    }
    if (b == '\n' || b == '\r') {
      line();
    } else {
      line.write(b);
    }
  }

  /** The server ended the stream. */
  void end() {
    if (line.size() > 0) {
      breaches.add("the stream ends within a line");
    } else if (anyField) {
      breaches.add("the stream ends within an event");
    }
  }

  private void line() {
    byte[] bytes = line.toByteArray();
    line.reset();
    if (firstLine) {
      firstLine = false;
      if (bytes.length >= 3 && bytes[0] == MARK[0] && bytes[1] == MARK[1] && bytes[2] == MARK[2]) {
        bytes = java.util.Arrays.copyOfRange(bytes, 3, bytes.length);
      }
    }
    String text = decoded(bytes);
    if (text.isEmpty()) {
      dispatch();
    } else if (text.startsWith(":")) {
      items.accept(new StreamItem.Comment(System.nanoTime()));
    } else {
      int colon = text.indexOf(':');
      String value = colon < 0 ? "" : text.substring(colon + 1);
      field(
          colon < 0 ? text : text.substring(0, colon),
          value.startsWith(" ") ? value.substring(1) : value);
    }
  }

  private String decoded(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      breaches.add("a line is not UTF-8");
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  private void field(String name, String value) {
    switch (name) {
      case "event" -> type = value;
      case "data" -> {
        data = data == null ? new StringBuilder() : data.append('\n');
        data.append(value);
      }
      case "id" -> {
        if (value.indexOf('\0') >= 0) {
          breaches.add("an id with a NUL is ignored by readers");
        } else {
          id = value;
        }
      }
      case "retry" -> {
        if (value.matches("[0-9]{1,9}")) {
          items.accept(new StreamItem.Retry(Long.parseLong(value), System.nanoTime()));
        } else {
          breaches.add("retry is no number: " + value);
        }
        return;
      }
      default -> {
        breaches.add("there is no field called " + Ask.cut(name, 40));
        return;
      }
    }
    anyField = true;
  }

  private void dispatch() {
    if (data != null) {
      items.accept(
          new StreamItem.Event(
              type.isEmpty() ? "message" : type,
              Optional.ofNullable(id),
              data.toString(),
              System.nanoTime()));
    } else if (anyField) {
      breaches.add("an event without data is dispatched by no reader");
    }
    type = "";
    id = null;
    data = null;
    anyField = false;
  }
}
