package dev.headway.bus;

import dev.headway.hub.BusMessage;
import dev.headway.hub.Sender;

/**
 * One message as it travels.
 *
 * @param number 1 for the sender's first frame; one more for each further, and for each that it had
 *     to drop
 */
record Frame(Sender from, long number, BusMessage message) {
  Frame {
    if (number < 1) {
      throw new IllegalArgumentException("frames are numbered from 1, not " + number);
    }
  }
}
