package dev.headway.hub;

import dev.headway.status.UploadId;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;

/**
 * Notices watched records whose life ends, by this node's wall clock: DynamoDB deletes them up to
 * days later, and nobody should wait for that. {@link #tick} is called by one thread, about every
 * second.
 */
final class ExpiryWatch {
  private final Board board;
  private final Intake intake;
  private final InstantSource wallClock;

  ExpiryWatch(Board board, Intake intake, InstantSource wallClock) {
    this.board = board;
    this.intake = intake;
    this.wallClock = wallClock;
  }

  void tick() {
    Instant now = wallClock.instant();
    Map<UploadId, Entry> over = new HashMap<>();
    board.forEachWatched((id, held) -> {
      Change newest = held.newest();
      if (newest != null && newest.record().isExpired(now)) {
        over.put(id, held);
      }
    });
    over.forEach(intake::expire);
  }
}
