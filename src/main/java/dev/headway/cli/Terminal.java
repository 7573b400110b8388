package dev.headway.cli;

import java.io.Console;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a command writes: results and progress to {@code out}, complaints to {@code err}.
 *
 * @param interactive whether somebody looks on, so that a line may be drawn again in its place
 * @param columns width of the window in characters
 */
public record Terminal(PrintStream out, PrintStream err, boolean interactive, int columns) {
  private static final int USUAL_COLUMNS = 80;

  public Terminal {
    if (columns < 1) {
      throw new IllegalArgumentException("a terminal has at least one column: " + columns);
    }
  }

  /** The terminal of this process; {@code COLUMNS} in the environment tells the width. */
  @SuppressWarnings("SystemConsoleNull") // it is null on 25 where there is no terminal
  public static Terminal ofThisProcess(Map<String, String> environment) {
    Console console = System.console();
    boolean interactive =
        console != null && console.isTerminal() && !"dumb".equals(environment.get("TERM"));
    return new Terminal(System.out, System.err, interactive, columns(environment.get("COLUMNS")));
  }

  private static int columns(@Nullable String text) {
    boolean isNumber = text != null && text.matches("[1-9][0-9]{0,3}");
    return isNumber ? Integer.parseInt(text) : USUAL_COLUMNS;
  }

  /** Whether {@code out} can show more than ASCII. */
  boolean drawsBlocks() {
    return out.charset().equals(StandardCharsets.UTF_8);
  }
}
