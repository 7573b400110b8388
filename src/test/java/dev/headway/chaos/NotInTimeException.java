package dev.headway.chaos;

/** Something was waited for and did not happen. */
final class NotInTimeException extends RuntimeException {
  private static final long serialVersionUID = 1;

  NotInTimeException(String what) {
    super(what);
  }
}
