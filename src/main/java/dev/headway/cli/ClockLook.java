package dev.headway.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** How far the service's clock is from this machine's. Pure. */
final class ClockLook {
  private static final String CHECK = "clock";

  /** The service forgives this much in the times of a token; nothing else depends on clocks. */
  private static final Duration FORGIVEN = Duration.ofSeconds(30);

  /** Nobody notices less. */
  private static final Duration NOTICED = Duration.ofSeconds(2);

  private ClockLook() {}

  /** The service's clock before this machine's; negative when it is behind. */
  static Optional<Duration> ahead(Answer answer) {
    Instant between = answer.sent().plus(answer.took().dividedBy(2));
    return answer
        .serviceTime()
        // A Date has no fraction of a second: half of one is the likeliest.
        .or(() -> answer.date().map(date -> date.plusMillis(500)))
        .map(time -> Duration.between(between, time));
  }

  static Finding at(Answer answer) {
    Optional<Duration> ahead = ahead(answer);
    if (ahead.isEmpty()) {
      return Finding.skipped(CHECK, "no answer says what time it is there");
    }
    String whose = answer.serviceTime().isPresent() ? "the service's" : "that of who answers";
    Duration uncertain = answer.took().dividedBy(2).plusMillis(500);
    Duration apart = ahead.get().abs();
    if (apart.compareTo(NOTICED.plus(uncertain)) <= 0) {
      return Finding.ok(CHECK, whose + " agrees with this machine's");
    }
    String words =
        "%s is %s %s this machine's"
            .formatted(
                whose, Finding.said(apart), ahead.get().isNegative() ? "behind" : "ahead of");
    return apart.compareTo(FORGIVEN) > 0
        ? Finding.problem(CHECK, Ailment.CLOCK, words + ": tokens seem expired, or not yet valid")
        : Finding.note(CHECK, Ailment.CLOCK, words);
  }
}
