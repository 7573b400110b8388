package dev.headway.leads;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the next attempt: doubling from the first delay to the longest, each
 * chosen at random between half of that and all of it, so that workers that failed together do not
 * come back together. A value; safe on any thread if the generator is.
 */
record Backoff(Duration first, Duration longest, RandomGenerator random) {
  Backoff {
    if (!first.isPositive() || longest.compareTo(first) < 0) {
      throw new IllegalArgumentException("delays are positive and the longest is not the shortest");
    }
  }

  /**
   * The delay behind an attempt that failed.
   *
   * @param attempt 1 for the first
   */
  Duration after(int attempt) {
    long ceiling = first.toMillis() << Math.min(attempt - 1, 20);
    long capped = Math.min(ceiling, longest.toMillis());
    return Duration.ofMillis(capped - (long) (random.nextDouble() * capped / 2));
  }
}
