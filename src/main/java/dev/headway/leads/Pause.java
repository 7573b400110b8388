package dev.headway.leads;

import java.time.Duration;

/** How to wait. A parameter, so that tests need not. */
@FunctionalInterface
public interface Pause {
  /** Waits on the calling thread, which must be a virtual one or a Lambda's. */
  void of(Duration duration) throws InterruptedException;

  Pause SLEEP = Thread::sleep;

  /** {@link #of} for callers that cannot go on when they are interrupted. */
  default void orGiveUp(Duration duration) {
    try {
      of(duration);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting to try again", e);
    }
  }
}
