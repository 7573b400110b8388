package dev.headway.hub;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/** One consistent read of the table that is about to begin or under way, shared by all who miss. */
final class Load {
  private final long startedAt;
  private final AtomicBoolean begun = new AtomicBoolean();
  private final CompletableFuture<Entry> done = new CompletableFuture<>();

  /**
   * A read whose interest is being registered.
   *
   * @param startedAt a moment before the read begins: what it finds is newest as of then, or later
   */
  Load(long startedAt) {
    this.startedAt = startedAt;
  }

  long startedAt() {
    return startedAt;
  }

  /** True for the one caller who has to start the read. */
  boolean begin() {
    return begun.compareAndSet(false, true);
  }

  /** What the board held right after the read. Fails when the table could not be read. */
  CompletableFuture<Entry> done() {
    return done;
  }
}
