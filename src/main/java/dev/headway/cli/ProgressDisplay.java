package dev.headway.cli;

import dev.headway.status.StatusDocument;
import java.io.PrintStream;
import java.time.InstantSource;
import java.util.Locale;

/**
 * Shows progress: before somebody's eyes as one line that is drawn again in its place, in a pipe or
 * a log as one line for each change. Any thread.
 */
final class ProgressDisplay {
  private static final String ERASE_TO_END = "\u001b[K";

  private final Terminal terminal;
  private final InstantSource clock;
  private String last = "";

  ProgressDisplay(Terminal terminal, InstantSource clock) {
    this.terminal = terminal;
    this.clock = clock;
  }

  void show(StatusDocument status) {
    String text = ProgressLine.of(status, clock.instant());
    draw(status.progress().percentage(), text, true);
  }

  /** How much of the file has been sent; a log needs no line for every part of it. */
  void showSent(long sent, long size) {
    double percentage = 100.0 * sent / Math.max(1, size);
    draw(percentage, String.format(Locale.ROOT, "%5.1f %%  sending the file", percentage), false);
  }

  /** A line of its own, below the progress. */
  synchronized void say(String sentence) {
    endLine();
    terminal.out().println(Printable.of(sentence));
    terminal.out().flush();
  }

  /** Leaves the line that was drawn last as it is; whatever is written next starts a new one. */
  synchronized void endLine() {
    if (terminal.interactive() && !last.isEmpty()) {
      terminal.out().println();
      terminal.out().flush();
    }
    last = "";
  }

  private synchronized void draw(double percentage, String text, boolean lasting) {
    if (text.equals(last)) {
      return;
    }
    PrintStream out = terminal.out();
    if (terminal.interactive()) {
      String line = ProgressLine.bar(percentage, terminal.drawsBlocks()) + " " + text;
      // A line that fills the last column wraps, and could not be drawn over any more.
      int fits = Math.min(line.length(), terminal.columns() - 1);
      out.print("\r" + line.substring(0, fits) + ERASE_TO_END);
      last = text;
    } else if (lasting) {
      out.println(text.strip());
      last = text;
    }
    out.flush();
  }
}
