package dev.headway.local;

/**
 * The local stack cannot start, for a reason that the person at the terminal can do something
 * about. The message is one sentence for them; a stack trace adds nothing.
 */
public final class CannotStartException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public CannotStartException(String sentence) {
    super(sentence);
  }

  public CannotStartException(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
