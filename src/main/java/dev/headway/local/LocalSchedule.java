package dev.headway.local;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Invokes a function every so often, as a schedule of EventBridge does: on a thread of its own, one
 * invocation at a time, and a failed one does not keep the next from coming.
 */
public final class LocalSchedule implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LocalSchedule.class);

  private static final Duration LONGEST_CLOSE = Duration.ofSeconds(5);

  private final ScheduledExecutorService thread;

  private LocalSchedule(ScheduledExecutorService thread) {
    this.thread = thread;
  }

  /**
   * Starts; the first invocation comes at once, for what fell due while nothing ran.
   *
   * @param name of the function, for the thread and the log
   * @param every from the end of one invocation to the start of the next
   */
  public static LocalSchedule start(String name, Duration every, Runnable function) {
    var thread =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("schedule-" + name).factory());
    var _ =
        thread.scheduleWithFixedDelay(
            () -> invoke(name, function), 0, every.toNanos(), TimeUnit.NANOSECONDS);
    return new LocalSchedule(thread);
  }

  private static void invoke(String name, Runnable function) {
    try {
      function.run();
    } catch (RuntimeException e) {
      LOG.warn("{} failed and will be invoked again", name, e);
    }
  }

  /** Lets a running invocation end, for some seconds at most. */
  @Override
  public void close() {
    thread.shutdown();
    try {
      if (!thread.awaitTermination(LONGEST_CLOSE.toNanos(), TimeUnit.NANOSECONDS)) {
        thread.shutdownNow();
      }
    } catch (InterruptedException e) {
      thread.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
