package dev.headway;

import dev.headway.local.DevelopmentKey;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * A process that {@code ./headway} started, from what is built already. Closing it asks it to end,
 * as Ctrl-C does, and waits for it.
 */
public final class Launched implements AutoCloseable {
  private static final Pattern PAGE = Pattern.compile("(http://[0-9.:]+)/#token=(\\S+)");
  private static final long END_SECONDS = 30;

  private final Process process;
  private final BufferedReader output;

  private Launched(Process process) {
    this.process = process;
    this.output = process.inputReader(StandardCharsets.UTF_8);
  }

  /**
   * Starts a command.
   *
   * @param key where the development key is or will be
   */
  public static Launched headway(Path key, List<String> arguments) throws IOException {
    var command = new ArrayList<>(List.of("./headway"));
    command.addAll(arguments);
    var builder = new ProcessBuilder(command).directory(new File(".")).redirectErrorStream(true);
    builder.environment().put("HEADWAY_NO_BUILD", "1");
    builder.environment().put(DevelopmentKey.VARIABLE, key.toString());
    return new Launched(builder.start());
  }

  /** What {@code local} prints once it is ready. */
  public record Page(String baseUrl, String token) {}

  public Page awaitReady() throws IOException {
    var said = new StringBuilder();
    for (String line; (line = output.readLine()) != null; ) {
      var page = PAGE.matcher(line);
      if (page.find()) {
        return new Page(page.group(1), page.group(2));
      }
      said.append(line).append('\n');
    }
    throw new IllegalStateException("the local system did not start:\n" + said);
  }

  /** Everything that it prints until it ends by itself. */
  String awaitOutput() throws IOException {
    var said = new StringBuilder();
    for (String line; (line = output.readLine()) != null; ) {
      said.append(line).append('\n');
    }
    return said.toString();
  }

  int awaitExit() throws InterruptedException {
    if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
      throw new IllegalStateException("the process does not end");
    }
    return process.exitValue();
  }

  /** Ends it as a crash would. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    var _ = awaitExit();
  }

  @Override
  public void close() {
    process.destroy();
    try {
      process.onExit().orTimeout(END_SECONDS, TimeUnit.SECONDS).join();
    } finally {
      process.destroyForcibly();
    }
  }
}
