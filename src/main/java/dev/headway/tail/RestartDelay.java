package dev.headway.tail;

import java.time.Duration;

/**
 * How long the tail stays down before it starts again: doubling while it keeps failing.
 *
 * @param first after a good run
 * @param next after the run that comes to its end now
 */
record RestartDelay(Duration first, Duration next) {
  private static final Duration LONGEST = Duration.ofSeconds(30);

  /** A run of this length was a good one: what ended it has nothing to do with the last failure. */
  private static final Duration GOOD_RUN = Duration.ofMinutes(1);

  static RestartDelay of(Duration first) {
    return new RestartDelay(first, first);
  }

  /** The delay that is due when a run has lasted this long. */
  RestartDelay dueAfter(Duration ran) {
    return ran.compareTo(GOOD_RUN) >= 0 ? of(first) : this;
  }

  /** The delay after this one has passed. */
  RestartDelay passed() {
    Duration doubled = next.multipliedBy(2);
    return new RestartDelay(first, doubled.compareTo(LONGEST) > 0 ? LONGEST : doubled);
  }
}
