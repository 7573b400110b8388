package dev.headway.hub;

import dev.headway.status.UploadId;
import java.time.InstantSource;

/**
 * Notices watched records whose life ends, by this node's wall clock: DynamoDB deletes them up to
 * days later, and nobody should wait for that. One thread.
 */
final class ExpiryWatch implements Patrol.Visitor {
  private final Intake intake;
  private final InstantSource wallClock;

  ExpiryWatch(Intake intake, InstantSource wallClock) {
    this.intake = intake;
    this.wallClock = wallClock;
  }

  @Override
  public void visit(UploadId id, Entry held) {
    Change newest = held.newest();
    if (newest != null && newest.record().isExpired(wallClock.instant())) {
      intake.expire(id, held);
    }
  }
}
