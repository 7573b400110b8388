package dev.headway.cli;

import java.io.Serial;

/**
 * Ends a command early, with a sentence for the person at the terminal. Carries no stack trace: it
 * is an answer, not a fault.
 */
public final class CommandFailure extends Exception {
  @Serial private static final long serialVersionUID = 1;

  private final ExitStatus status;

  private CommandFailure(ExitStatus status, String sentence) {
    super(sentence, null, false, false);
    this.status = status;
  }

  public static CommandFailure usage(String sentence) {
    return new CommandFailure(ExitStatus.USAGE, sentence);
  }

  static CommandFailure noAnswer(String sentence) {
    return new CommandFailure(ExitStatus.NO_ANSWER, sentence);
  }

  ExitStatus status() {
    return status;
  }
}
