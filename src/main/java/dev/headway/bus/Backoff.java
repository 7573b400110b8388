package dev.headway.bus;

import java.util.random.RandomGenerator;

/**
 * How long to wait before the next attempt to connect: twice as long each time, with jitter so that
 * nodes that lost the same server do not come back in step. Immutable.
 */
record Backoff(long millis) {
  static final Backoff NONE = new Backoff(0);

  private static final long FIRST = 50;

  /** A server that is back is found within this; well inside the 3 s that a viewer may notice. */
  private static final long MOST = 1_000;

  Backoff next() {
    return new Backoff(millis == 0 ? FIRST : Math.min(MOST, 2 * millis));
  }

  /** Milliseconds to wait: half of it at least, all of it at most. */
  long jittered(RandomGenerator random) {
    return Math.max(1, random.nextLong(millis / 2, millis + 1));
  }
}
