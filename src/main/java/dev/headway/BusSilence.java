package dev.headway;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Makes a node take part in reading the table's stream once it reaches the others, leave the stream
 * to them when it cannot, and take part again when it can. Used by one thread at a time.
 *
 * <p>A reader that started before the bus is there would have to be stopped half way, and then
 * stays away for as long as if it had given leases up.
 */
final class BusSilence {
  /** Longer than the bus needs to reconnect, short enough to be part of a viewer's 3 s. */
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private final BooleanSupplier reachesOthers;
  private final Reader reader;
  private final LongSupplier ticker;
  private boolean started;
  private long reachedAt;

  /** What reads the stream. */
  interface Reader {
    /** Called once, before all else. */
    void start();

    void pause();

    /** Does nothing if it does not pause. */
    void resume();
  }

  BusSilence(BooleanSupplier reachesOthers, Reader reader, LongSupplier ticker) {
    this.reachesOthers = reachesOthers;
    this.reader = reader;
    this.ticker = ticker;
  }

  void tick() {
    long now = ticker.getAsLong();
    if (reachesOthers.getAsBoolean()) {
      reachedAt = now;
      if (started) {
        reader.resume();
      } else {
        started = true;
        reader.start();
      }
    } else if (started && now - reachedAt > PATIENCE.toNanos()) {
      reader.pause();
    }
  }
}
