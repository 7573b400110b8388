package dev.headway.status;

/**
 * What lines of the log name in fields of their own, so that they are found by it. Neither is
 * anybody's name, and there are no others.
 */
public final class LogFields {
  /** Of the service the {@code X-Request-Id} of its answer, of a function Lambda's own id. */
  public static final String REQUEST = "requestId";

  public static final String UPLOAD = "uploadId";

  private LogFields() {}
}
