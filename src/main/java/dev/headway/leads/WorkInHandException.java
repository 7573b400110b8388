package dev.headway.leads;

import java.io.Serial;

/**
 * Somebody else may be at the same work. The message should come again, but not before everybody
 * who is at work now has ended.
 */
public final class WorkInHandException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  public WorkInHandException(String message) {
    super(message);
  }
}
