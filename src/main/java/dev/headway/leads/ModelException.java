package dev.headway.leads;

import java.io.Serial;

/**
 * The model gave no answer, or none that can be used. The work may be tried again. The message
 * names the reason and repeats nothing of question or answer.
 */
public final class ModelException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  public ModelException(String message) {
    super(message);
  }

  public ModelException(String message, Throwable cause) {
    super(message, cause);
  }
}
