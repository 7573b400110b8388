package dev.headway.store;

import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * How long to wait before asking again, and when to give up. Full jitter: the delay is anything up
 * to a bound that doubles, so that the nodes that DynamoDB turned away together do not come back
 * together.
 *
 * @param attempts how often is asked in all
 * @param first the bound of the first delay
 * @param most what the bound grows to
 */
record Backoff(int attempts, Duration first, Duration most) {
  /** About 3 s at worst; whoever reads for a resync asks again every 2 s anyway. */
  static final Backoff DEFAULT = new Backoff(8, Duration.ofMillis(25), Duration.ofSeconds(1));

  Backoff {
    if (attempts < 1 || !first.isPositive() || most.compareTo(first) < 0) {
      throw new IllegalArgumentException("a backoff asks at least once, and waits ever longer");
    }
  }

  /** The delay after so many attempts, or empty when that were enough. */
  Optional<Duration> after(int attemptsMade, RandomGenerator random) {
    if (attemptsMade >= attempts) {
      return Optional.empty();
    }
    long bound = most.toNanos();
    // Beyond 30 doublings the bound is reached whatever it is, and a shift would overflow.
    int doublings = attemptsMade - 1;
    if (doublings < 30 && first.toNanos() <= bound >> doublings) {
      bound = first.toNanos() << doublings;
    }
    return Optional.of(Duration.ofNanos(random.nextLong(bound + 1)));
  }
}
