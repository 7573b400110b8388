package dev.headway.api;

import java.time.Duration;

/**
 * When it is answered that there is no such upload: a whole number of steps after the question. So
 * the time tells nothing of what was found out on the way: whether there is a record that is
 * somebody else's and had to be decoded, or none at all.
 */
public final class RefusalTime {
  /** Longer than nearly every read of the table, so that one step is what it takes. */
  public static final Duration STEP = Duration.ofMillis(25);

  private RefusalTime() {}

  /** How long to wait with the answer. */
  public static Duration rest(Duration sinceTheQuestion) {
    long step = STEP.toNanos();
    return Duration.ofNanos(step - Math.floorMod(sinceTheQuestion.toNanos(), step));
  }
}
