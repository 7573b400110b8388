package dev.headway;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Makes a node that cannot reach the others leave the table's stream to them, and take part again
 * when it can. Used by one event loop.
 */
final class BusSilence {
  /** Longer than the bus needs to reconnect, short enough to be part of a viewer's 3 s. */
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private final BooleanSupplier reachesOthers;
  private final Runnable pause;
  private final Runnable resume;
  private final LongSupplier ticker;
  private long reachedAt;

  BusSilence(BooleanSupplier reachesOthers, Runnable pause, Runnable resume, LongSupplier ticker) {
    this.reachesOthers = reachesOthers;
    this.pause = pause;
    this.resume = resume;
    this.ticker = ticker;
    this.reachedAt = ticker.getAsLong();
  }

  void tick() {
    long now = ticker.getAsLong();
    if (reachesOthers.getAsBoolean()) {
      reachedAt = now;
      resume.run();
    } else if (now - reachedAt > PATIENCE.toNanos()) {
      pause.run();
    }
  }
}
