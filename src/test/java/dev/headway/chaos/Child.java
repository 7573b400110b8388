package dev.headway.chaos;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One process of the cluster, which may be started several times. It is only ever reached by its
 * id. Its output goes to the end of a file. For one thread.
 */
final class Child {
  private static final Duration DIES_WITHIN = Duration.ofSeconds(10);

  private final String name;
  private final Path log;
  private @Nullable Process process;

  Child(String name, Path folder) {
    this.name = name;
    this.log = folder.resolve(name + ".log");
  }

  void start(ProcessBuilder recipe) throws IOException {
    if (isAlive()) {
      throw new IllegalStateException(name + " is running already");
    }
    process =
        recipe
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
  }

  boolean isAlive() {
    return process != null && process.isAlive();
  }

  String name() {
    return name;
  }

  Path log() {
    return log;
  }

  /** SIGKILL, which ends a stopped process too. */
  void kill() {
    if (process != null) {
      process.destroyForcibly();
      process.onExit().orTimeout(DIES_WITHIN.toSeconds(), TimeUnit.SECONDS).join();
    }
  }

  /**
   * SIGTERM, and the wait for the end.
   *
   * @throws NotInTimeException if it does not end in time
   */
  void stop(Duration within) throws InterruptedException {
    Process running = Objects.requireNonNull(process, name);
    running.destroy();
    if (!running.waitFor(within.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new NotInTimeException(name + " did not end within " + within + " of SIGTERM");
    }
  }

  /** SIGSTOP: the kernel goes on accepting connections in its name. */
  void freeze() throws IOException, InterruptedException {
    signal("STOP");
  }

  void thaw() throws IOException, InterruptedException {
    signal("CONT");
  }

  private void signal(String signal) throws IOException, InterruptedException {
    if (!isAlive()) {
      throw new IllegalStateException(name + " has ended by itself: see " + log);
    }
    long id = Objects.requireNonNull(process).pid();
    int status =
        new ProcessBuilder("sh", "-c", "kill -" + signal + " " + id).inheritIO().start().waitFor();
    if (status != 0) {
      throw new IllegalStateException(name + " could not be sent SIG" + signal);
    }
  }
}
