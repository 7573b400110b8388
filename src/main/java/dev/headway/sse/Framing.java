package dev.headway.sse;

import dev.headway.hub.Change;
import dev.headway.status.UploadId;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Pattern;

/**
 * The bytes of an event stream, as the WHATWG standard has them. Pure functions; any thread.
 *
 * <p>Text can never break out of its field: data is cut at every line ending that the standard
 * knows (CR, LF, CRLF) and nothing else may contain one.
 */
final class Framing {
  private static final Pattern EVENT_TYPE = Pattern.compile("[a-z][a-z0-9_-]{0,31}");
  private static final byte[] DATA = ascii("data: ");
  private static final Buffer COMMENT = Buffer.buffer(":\n\n");

  private Framing() {}

  /** A version of a record. The id is what a reader comes back with. */
  static final Change.Frame STATUS =
      new Change.Frame() {
        @Override
        public Buffer of(long version, byte[] json) {
          Buffer frame = Buffer.buffer(json.length + 64).appendString("id: " + version + "\n");
          return event(frame, "status", json);
        }

        @Override
        public int afterJson() {
          return 2; // two line ends
        }
      };

  /**
   * An event without an id.
   *
   * @param data any text; must not be empty, or readers would not see the event
   */
  static Buffer event(String type, String data) {
    if (data.isEmpty()) {
      throw new IllegalArgumentException("an event without data is not dispatched");
    }
    return event(Buffer.buffer(), type, data.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * The same without the id, for streams whose place no single number can tell; shares its bytes.
   */
  static Buffer statusWithoutId(Change change) {
    Buffer frame = change.frame(STATUS);
    int id = 0;
    while (frame.getByte(id) != '\n') {
      id++;
    }
    return frame.slice(id + 1, frame.length());
  }

  /** The life of an upload's record is over. */
  static Buffer expired(UploadId id) {
    return event("expired", new JsonObject().put("uploadId", id.value()).encode());
  }

  /** A line that readers ignore and proxies take for a sign of life. Shared: never write to it. */
  static Buffer comment() {
    return COMMENT;
  }

  /** How long a reader waits before it comes back. */
  static Buffer retry(Duration pause) {
    if (pause.isNegative()) {
      throw new IllegalArgumentException("nobody can come back in the past: " + pause);
    }
    return Buffer.buffer("retry: " + pause.toMillis() + "\n\n");
  }

  private static Buffer event(Buffer frame, String type, byte[] data) {
    if (!EVENT_TYPE.matcher(type).matches()) {
      throw new IllegalArgumentException("not an event type of ours: " + type.length() + " chars");
    }
    frame.appendString("event: ").appendString(type).appendString("\n");
    appendData(frame, data);
    return frame.appendString("\n");
  }

  /** In UTF-8 the bytes of CR and LF are never part of another character. */
  private static void appendData(Buffer frame, byte[] data) {
    int start = 0;
    for (int i = 0; i < data.length; i++) {
      if (data[i] == '\n' || data[i] == '\r') {
        appendLine(frame, data, start, i);
        if (data[i] == '\r' && i + 1 < data.length && data[i + 1] == '\n') {
          i++;
        }
        start = i + 1;
      }
    }
    appendLine(frame, data, start, data.length);
  }

  private static void appendLine(Buffer frame, byte[] data, int from, int to) {
    frame.appendBytes(DATA).appendBytes(data, from, to - from).appendByte((byte) '\n');
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
