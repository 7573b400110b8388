package dev.headway.cli;

import java.io.Serial;
import java.time.Duration;
import java.util.Optional;

/** The service answered, but not with what was asked for. */
final class Refusal extends Exception {
  @Serial private static final long serialVersionUID = 1;

  private final int httpStatus;
  private final String sentence;

  @SuppressWarnings("serial") // never serialized; a refusal does not leave the process
  private final Optional<Duration> retryAfter;

  Refusal(int httpStatus, String sentence, Optional<Duration> retryAfter) {
    super(sentence, null, false, false);
    this.httpStatus = httpStatus;
    this.sentence = sentence;
    this.retryAfter = retryAfter;
  }

  /** Whether the same request may succeed later: the service, or what is before it, is busy. */
  boolean isPassing() {
    return httpStatus == 429 || httpStatus >= 500;
  }

  Optional<Duration> retryAfter() {
    return retryAfter;
  }

  CommandFailure asFailure() {
    return CommandFailure.noAnswer(sentence);
  }
}
