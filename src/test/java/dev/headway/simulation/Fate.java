package dev.headway.simulation;

import java.util.EnumSet;
import java.util.List;

/** What becomes of one call of a service. */
enum Fate {
  DONE,
  /** The service refuses for a moment; nothing is changed. */
  THROTTLED,
  /** The call is done, but the caller hears only that the connection broke. */
  ANSWER_LOST,
  /** The answer is lost and the SDK sends the call again, so that it is done twice. */
  REPEATED,
  /** The worker dies; nothing is changed. */
  CRASH_BEFORE,
  /** The call is done, and the worker dies before it hears of it. */
  CRASH_AFTER;

  static final List<Fate> DISTURBING = List.copyOf(EnumSet.complementOf(EnumSet.of(DONE)));
}
