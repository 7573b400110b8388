package dev.headway.sse;

import dev.headway.hub.Change;
import org.jspecify.annotations.Nullable;

/**
 * The one change that waits for a reader. A newer one takes its place: a record is whole, so the
 * reader misses nothing but versions that were already past. Belongs to one event loop.
 */
final class Slot {
  /** What became of a change. */
  enum Outcome {
    /** The reader has this version, or a newer one. */
    STALE,
    /** It waits. */
    KEPT,
    /** It waits in the place of one that the reader will not see. */
    REPLACED
  }

  private long newest;
  private @Nullable Change waiting;

  /** An empty slot of a reader that has seen {@code newest}. */
  Slot(long newest) {
    this.newest = newest;
  }

  Outcome offer(Change change) {
    if (change.version() <= newest) {
      return Outcome.STALE;
    }
    newest = change.version(); // outlives take(): a late redelivery must not move it back
    Outcome outcome = waiting == null ? Outcome.KEPT : Outcome.REPLACED;
    waiting = change;
    return outcome;
  }

  /** What waits; null if nothing does. */
  @Nullable Change peek() {
    return waiting;
  }

  /** Takes it out; what comes next must be newer. */
  @Nullable Change take() {
    Change taken = waiting;
    waiting = null;
    return taken;
  }
}
