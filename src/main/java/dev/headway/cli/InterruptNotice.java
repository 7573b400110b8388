package dev.headway.cli;

import java.util.function.Supplier;

/**
 * Says a last word when somebody presses Ctrl-C. The text is asked for only then, on the thread of
 * the shutdown, while the command's own thread still runs.
 */
final class InterruptNotice implements AutoCloseable {
  private final Thread hook;

  InterruptNotice(ProgressDisplay display, Terminal terminal, Supplier<String> text) {
    hook =
        new Thread(
            () -> {
              display.endLine();
              terminal.err().println(text.get());
              terminal.err().flush();
            },
            "interrupt-notice");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** The work ended by itself. */
  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException _) {
      // Ctrl-C came in this very moment: let it speak
    }
  }
}
