package dev.headway.cli;

import java.util.List;

/** One call of a command: help, the work, and the one place where a failure becomes a sentence. */
final class Invocation {
  @FunctionalInterface
  interface Work {
    ExitStatus run() throws CommandFailure, InterruptedException;
  }

  private Invocation() {}

  /** Does the work on the calling thread and returns the exit status for the shell. */
  static int run(Terminal terminal, String help, List<String> arguments, Work work)
      throws InterruptedException {
    if (CommandLine.asksForHelp(arguments)) {
      terminal.out().print(help);
      terminal.out().flush();
      return ExitStatus.DONE.code();
    }
    try {
      return work.run().code();
    } catch (CommandFailure failure) {
      terminal.out().flush();
      terminal.err().println(Printable.of("headway: " + failure.getMessage()));
      if (failure.status() == ExitStatus.USAGE) {
        terminal.err().println(help.lines().findFirst().orElseThrow());
      }
      terminal.err().flush();
      return failure.status().code();
    }
  }
}
