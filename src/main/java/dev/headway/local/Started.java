package dev.headway.local;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was started, closed in the reverse order. Gathers first and reports the first failure then,
 * so that what did start is closed when something else did not. For one thread.
 */
final class Started implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Started.class);

  private final Deque<Part> parts = new ArrayDeque<>();
  private @Nullable RuntimeException failure;

  /**
   * One thing to stop.
   *
   * @param name for the log
   */
  private record Part(String name, Emulator emulator) {}

  void add(String name, Emulator emulator) {
    parts.push(new Part(name, emulator));
  }

  /** Waits until it has started, or has not. */
  void add(String name, int port, Future<? extends Emulator> starting) throws InterruptedException {
    try {
      add(name, starting.get());
    } catch (ExecutionException e) {
      if (failure == null) {
        failure = explained(e.getCause() == null ? e : e.getCause(), port, name);
      }
    }
  }

  /** Somebody may take a port between the look at it and the start. */
  private static RuntimeException explained(Throwable cause, int port, String name) {
    for (Throwable deeper = cause; deeper != null; deeper = deeper.getCause()) {
      if (deeper instanceof IOException && String.valueOf(deeper.getMessage()).contains("in use")) {
        return Ports.taken(port, name, cause);
      }
    }
    return cause instanceof CannotStartException e
        ? e
        : new IllegalStateException(name + " did not start", cause);
  }

  void rethrow() {
    if (failure != null) {
      throw failure;
    }
  }

  /** Stops all of them, also when one of them fails to. */
  @Override
  public void close() {
    while (!parts.isEmpty()) {
      var part = parts.pop();
      var begin = System.nanoTime();
      try {
        part.emulator().stop();
      } catch (Exception e) {
        if (e instanceof InterruptedException) {
          Thread.currentThread().interrupt();
        }
        LOG.warn("{} did not stop", part.name(), e);
      }
      var took = Duration.ofNanos(System.nanoTime() - begin);
      LOG.debug("{} stopped in {} ms", part.name(), took.toMillis());
    }
  }
}
