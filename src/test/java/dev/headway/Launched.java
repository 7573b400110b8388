package dev.headway;

import dev.headway.local.DevelopmentKey;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A process that {@code ./headway} started, from what is built already. What it prints is kept as
 * it comes, so that it never waits for somebody to read it. Closing it asks it to end, as Ctrl-C
 * does, and waits for it.
 */
public final class Launched implements AutoCloseable {
  private static final Pattern PAGE = Pattern.compile("(http://[0-9.:]+)/#token=(\\S+)");
  private static final long END_SECONDS = 30;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Process process;

  // Guarded by this.
  private final List<String> lines = new ArrayList<>();
  private boolean ended;

  private Launched(Process process) {
    this.process = process;
    var _ = Thread.ofVirtual().start(() -> keep(process.inputReader(StandardCharsets.UTF_8)));
  }

  /**
   * Starts a command.
   *
   * @param key where the development key is or will be
   */
  public static Launched headway(Path key, List<String> arguments) throws IOException {
    return headway(key, arguments, Map.of());
  }

  /** The same with more in its environment. */
  static Launched headway(Path key, List<String> arguments, Map<String, String> environment)
      throws IOException {
    return start(key, arguments, environment);
  }

  /** Starts the service alone. */
  static Launched serve(Map<String, String> environment) throws IOException {
    return start(null, List.of("serve"), environment);
  }

  private static Launched start(
      @Nullable Path key, List<String> arguments, Map<String, String> environment)
      throws IOException {
    var command = new ArrayList<>(List.of("./headway"));
    command.addAll(arguments);
    var builder = new ProcessBuilder(command).directory(new File(".")).redirectErrorStream(true);
    builder.environment().put("HEADWAY_NO_BUILD", "1");
    builder.environment().remove(DevelopmentKey.VARIABLE);
    if (key != null) {
      builder.environment().put(DevelopmentKey.VARIABLE, key.toString());
    }
    builder.environment().putAll(environment);
    return new Launched(builder.start());
  }

  private void keep(BufferedReader output) {
    try {
      for (String line; (line = output.readLine()) != null; ) {
        synchronized (this) {
          lines.add(line);
          notifyAll();
        }
      }
    } catch (IOException e) {
      // The process is gone.
    } finally {
      synchronized (this) {
        ended = true;
        notifyAll();
      }
    }
  }

  /** What {@code local} prints once it is ready. */
  public record Page(String baseUrl, String token) {}

  public Page awaitReady() throws IOException, InterruptedException {
    var page = PAGE.matcher(awaitLine(PAGE));
    if (!page.find()) {
      throw new IllegalStateException("what was found is gone");
    }
    return new Page(page.group(1), page.group(2));
  }

  /** A line with these words, whether it came already or is still to come. */
  String awaitLine(String words) throws InterruptedException {
    return awaitLine(Pattern.compile(Pattern.quote(words)));
  }

  private synchronized String awaitLine(Pattern what) throws InterruptedException {
    long until = System.nanoTime() + PATIENCE.toNanos();
    for (int next = 0; ; ) {
      for (; next < lines.size(); next++) {
        if (what.matcher(lines.get(next)).find()) {
          return lines.get(next);
        }
      }
      long left = until - System.nanoTime();
      if (ended || left <= 0) {
        throw new IllegalStateException(what + " was not said:\n" + said());
      }
      wait(Math.max(1, left / 1_000_000));
    }
  }

  /** Everything that it has printed so far. */
  synchronized String said() {
    return String.join("\n", lines) + "\n";
  }

  /** Everything that it prints until it ends by itself. */
  String awaitOutput() throws InterruptedException {
    synchronized (this) {
      while (!ended) {
        wait();
      }
    }
    return said();
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
