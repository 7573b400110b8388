package dev.headway.hub;

import dev.headway.status.ProcessingStatus;
import dev.headway.status.StatusEncoder;
import dev.headway.status.UploadId;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * How records come on the board, whether from the bus, from a write of this node or from the table:
 * those that nobody cares for are dropped before they cost anything, the others are encoded once
 * and handed to the loops that watch them. Any thread.
 */
final class Intake {
  private final Board board;
  private final OwnerWatches owners;
  private final StatusEncoder encoder;
  private final InstantSource wallClock;

  Intake(Board board, OwnerWatches owners, StatusEncoder encoder, InstantSource wallClock) {
    this.board = board;
    this.owners = owners;
    this.encoder = encoder;
    this.wallClock = wallClock;
  }

  /** A change, perhaps late or for the second time. */
  void offer(ProcessingStatus record) {
    List<LoopInbox> watchOwner = owners.watchersOf(record.ownerId());
    boolean isWanted = !watchOwner.isEmpty() || board.wants(record.uploadId(), record.version());
    if (!isWanted || record.isExpired(wallClock.instant())) {
      return;
    }
    Change change = new Change(record, encoder);
    List<LoopInbox> watchUpload = board.offer(change);
    announce(change, watchUpload);
    for (LoopInbox loop : watchOwner) {
      // To them the upload may be new: the board holds nothing of it then.
      if (!watchUpload.contains(loop)) {
        loop.put(change);
      }
    }
  }

  /** What a consistent read that began at {@code startedAt} saw; returns what the board has now. */
  Entry found(UploadId id, Optional<ProcessingStatus> record, long startedAt) {
    Instant now = wallClock.instant();
    return record
        .filter(seen -> !seen.isExpired(now))
        .map(seen -> present(seen, startedAt))
        .orElseGet(() -> absent(id, startedAt));
  }

  private Entry present(ProcessingStatus record, long startedAt) {
    Entry before = board.peek(record.uploadId());
    Change held = before == null ? null : before.newest();
    if (before != null && held != null && !before.wants(record.version())) {
      return board.found(held, startedAt);
    }
    Change change = new Change(record, encoder);
    Entry after = board.found(change, startedAt);
    if (after.newest() == change) {
      announce(change, after.watchers());
    }
    return after;
  }

  private Entry absent(UploadId id, long startedAt) {
    Entry after = board.missing(id, startedAt);
    if (after.newest() == null) {
      after.watchers().forEach(loop -> loop.expired(id));
    }
    return after;
  }

  /** The life of a watched record is over by this node's clock. */
  void expire(UploadId id, Entry held) {
    board.forget(id);
    held.watchers().forEach(loop -> loop.expired(id));
  }

  private static void announce(Change change, List<LoopInbox> watchers) {
    watchers.forEach(loop -> loop.put(change));
  }
}
