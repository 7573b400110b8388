package dev.headway.bench.hub;

import java.nio.charset.StandardCharsets;
import java.util.function.LongConsumer;

/**
 * Finds the versions in a stream that comes in any pieces, and cares for nothing else of it: a
 * generator of load must be cheaper than what it loads. The framing of events and chunks does not
 * matter, because a version is never cut by them.
 */
final class EventScan {
  private static final byte[] FIELD = "\"version\":".getBytes(StandardCharsets.US_ASCII);
  private static final int SKIPPING = -2;
  private static final int IN_NUMBER = -1;

  /** How much of the field was seen, or one of the two above. */
  private int state;

  private long version;

  void feed(byte[] bytes, int length, LongConsumer found) {
    int i = 0;
    while (i < length) {
      if (state == SKIPPING) {
        while (i < length && bytes[i] != '\n') {
          i++;
        }
        if (i < length) {
          state = 0;
        }
      } else if (state == IN_NUMBER) {
        byte b = bytes[i++];
        if (b >= '0' && b <= '9') {
          version = version * 10 + (b - '0');
        } else {
          state = SKIPPING;
          found.accept(version);
        }
      } else {
        byte b = bytes[i++];
        if (b == FIELD[state]) {
          state++;
          if (state == FIELD.length) {
            state = IN_NUMBER;
            version = 0;
          }
        } else {
          state = b == FIELD[0] ? 1 : 0;
        }
      }
    }
  }
}
