package dev.headway.cli;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * One thing that was looked at on the way to a service.
 *
 * @param check what, in a word or two
 * @param words what was seen, as a sentence without its full stop
 * @param ailment what it comes from, where something is wrong or could be better
 */
record Finding(String check, Verdict verdict, String words, Optional<Ailment> ailment) {
  enum Verdict {
    OK,
    /** Works, and could be better; or something to know. */
    NOTE,
    PROBLEM,
    /** Not looked at, and why. */
    SKIPPED;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static Finding ok(String check, String words) {
    return new Finding(check, Verdict.OK, words, Optional.empty());
  }

  static Finding note(String check, String words) {
    return new Finding(check, Verdict.NOTE, words, Optional.empty());
  }

  static Finding note(String check, Ailment ailment, String words) {
    return new Finding(check, Verdict.NOTE, words, Optional.of(ailment));
  }

  static Finding problem(String check, Ailment ailment, String words) {
    return new Finding(check, Verdict.PROBLEM, words, Optional.of(ailment));
  }

  static Finding skipped(String check, String words) {
    return new Finding(check, Verdict.SKIPPED, words, Optional.empty());
  }

  boolean isProblem() {
    return verdict == Verdict.PROBLEM;
  }

  /** A duration as people say it: {@code 12 ms}, {@code 3.0 s}, {@code 5 min}, {@code 9 days}. */
  static String said(Duration duration) {
    if (duration.compareTo(Duration.ofSeconds(1)) < 0) {
      return duration.toMillis() + " ms";
    }
    if (duration.compareTo(Duration.ofMinutes(2)) < 0) {
      return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
    }
    if (duration.compareTo(Duration.ofHours(2)) < 0) {
      return duration.toMinutes() + " min";
    }
    return duration.compareTo(Duration.ofDays(2)) < 0
        ? duration.toHours() + " h"
        : duration.toDays() + " days";
  }
}
