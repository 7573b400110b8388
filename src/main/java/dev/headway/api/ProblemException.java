package dev.headway.api;

import java.io.Serial;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A problem on its way to the one place that answers it. Carries no stack trace: it is an answer,
 * not a fault.
 */
public final class ProblemException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  private final ProblemCode code;
  private final String detail;
  private final @Nullable Duration retryAfter;

  /**
   * A problem to answer.
   *
   * @param detail a sentence for the caller; repeats nothing hostile and names nothing inside
   */
  public ProblemException(ProblemCode code, String detail) {
    super(code + ": " + detail, null, false, false);
    this.code = code;
    this.detail = detail;
    this.retryAfter = null;
  }

  /**
   * A problem whose end is known better than by its code: when a bucket has refilled, say.
   *
   * @param retryAfter when a repeat makes sense
   */
  public ProblemException(ProblemCode code, String detail, Duration retryAfter) {
    super(code + ": " + detail, null, false, false);
    if (retryAfter.isNegative()) {
      throw new IllegalArgumentException("nobody can come back before now: " + retryAfter);
    }
    this.code = code;
    this.detail = detail;
    this.retryAfter = retryAfter;
  }

  public ProblemCode code() {
    return code;
  }

  public String detail() {
    return detail;
  }

  /** When a repeat makes sense; always present for 429 and 503. */
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter).or(code::retryAfter);
  }
}
