package dev.headway.hub;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Time that only moves forward, as nanoseconds since this clock was made: never negative, so that
 * moments may be compared as plain numbers. Any thread.
 */
final class MonotonicClock {
  /** Before every moment, and far enough from the edge that a difference does not overflow. */
  static final long NEVER = Long.MIN_VALUE / 4;

  private final LongSupplier ticker;
  private final long origin;

  /**
   * A clock that starts now.
   *
   * @param ticker nanoseconds from any origin, as {@link System#nanoTime}
   */
  MonotonicClock(LongSupplier ticker) {
    this.ticker = ticker;
    this.origin = ticker.getAsLong();
  }

  long now() {
    return ticker.getAsLong() - origin;
  }

  /** How long ago a moment was; not negative. */
  static Duration between(long earlier, long later) {
    return Duration.ofNanos(Math.max(0, later - earlier));
  }
}
