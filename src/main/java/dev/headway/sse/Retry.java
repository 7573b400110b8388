package dev.headway.sse;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * When readers are told to come back: anywhere within a range, so that those who were sent away
 * together do not return together.
 */
public record Retry(Duration least, Duration most) {
  public Retry {
    if (least.isNegative() || least.compareTo(most) > 0) {
      throw new IllegalArgumentException("not a range of time: " + least + " to " + most);
    }
  }

  /** A pause, in whole milliseconds; both ends of the range are possible. */
  Duration next(RandomGenerator random) {
    return Duration.ofMillis(random.nextLong(least.toMillis(), most.toMillis() + 1));
  }
}
