package dev.headway.leads;

import dev.headway.status.Failure;
import java.io.Serial;

/**
 * A file that cannot become leads, with what its owner will read about it. Repeating the attempt
 * would not help. Carries no stack trace: it is an answer, not a fault.
 */
final class RejectedFileException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  private final Failure failure;

  RejectedFileException(Failure failure) {
    super(failure.name(), null, false, false);
    this.failure = failure;
  }

  Failure failure() {
    return failure;
  }
}
