package dev.headway.chaos;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts what a Redis server sends into whole replies and pushes (RESP 2 and 3), so that one of them
 * can be left out and the rest still be understood.
 */
final class RespFrames {
  private static final byte CR = '\r';
  private static final byte[] MESSAGE = "$7\r\nmessage\r\n".getBytes(StandardCharsets.US_ASCII);

  private Buffer rest = Buffer.buffer();

  /** Takes the next bytes and returns the frames that they complete. */
  List<Buffer> feed(Buffer more) {
    rest = rest.length() == 0 ? more : Buffer.buffer().appendBuffer(rest).appendBuffer(more);
    var frames = new ArrayList<Buffer>();
    int from = 0;
    for (int end = endOf(from); end >= 0; end = endOf(from)) {
      frames.add(rest.getBuffer(from, end));
      from = end;
    }
    rest = rest.getBuffer(from, rest.length());
    return frames;
  }

  /** Whether a frame is a message that somebody published. */
  static boolean isMessage(Buffer frame) {
    int second = 4; // both have three parts: *3 or >3, CR, LF
    return frame.length() > second + MESSAGE.length
        && java.util.Arrays.equals(frame.getBytes(second, second + MESSAGE.length), MESSAGE);
  }

  /** Where the frame that begins there ends; -1 while it is not all here. */
  private int endOf(int begin) {
    int body = afterLine(begin);
    if (body < 0) {
      return -1;
    }
    return switch ((char) rest.getByte(begin)) {
      case '$', '=', '!' -> {
        int length = number(begin, body);
        int end = length < 0 ? body : body + length + 2;
        yield end <= rest.length() ? end : -1;
      }
      case '*', '>', '~' -> afterAll(body, number(begin, body));
      case '%', '|' -> afterAll(body, 2 * number(begin, body));
      default -> body; // one line
    };
  }

  private int afterAll(int begin, int count) {
    int end = begin;
    for (int i = 0; i < count && end >= 0; i++) {
      end = endOf(end);
    }
    return end;
  }

  private int afterLine(int begin) {
    for (int i = begin; i + 1 < rest.length(); i++) {
      if (rest.getByte(i) == CR) {
        return i + 2;
      }
    }
    return -1;
  }

  private int number(int begin, int body) {
    return Integer.parseInt(rest.getString(begin + 1, body - 2));
  }
}
