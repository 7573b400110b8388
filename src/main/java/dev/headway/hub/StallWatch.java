package dev.headway.hub;

import dev.headway.status.LogFields;
import dev.headway.status.UploadId;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices watched uploads whose promised sign of life did not come, by how long this node has held
 * their version on its own monotonic clock, and has them marked: once for a version, and again only
 * where the attempt failed. One thread.
 */
final class StallWatch implements Patrol.Visitor {
  /** Between attempts that fail: other nodes with a watcher try as well. */
  private static final long RETRY_AFTER = Duration.ofSeconds(15).toNanos();

  private static final Logger LOG = LoggerFactory.getLogger(StallWatch.class);

  private final Board board;
  private final MonotonicClock clock;
  private final StallMarker marker;
  private final Map<UploadId, Attempt> attempts = new HashMap<>();

  /** What was tried for a version, and when it began. */
  private record Attempt(long version, long at, CompletableFuture<?> outcome) {
    boolean settles(long other, long now) {
      return version == other && (!outcome.isCompletedExceptionally() || now - at < RETRY_AFTER);
    }
  }

  StallWatch(Board board, MonotonicClock clock, StallMarker marker) {
    this.board = board;
    this.clock = clock;
    this.marker = marker;
  }

  @Override
  public void visit(UploadId id, Entry held) {
    Change newest = held.newest();
    long now = clock.now();
    if (newest != null && isOverdue(newest, now - held.heldSince())) {
      mark(newest, now);
    }
  }

  /** What nobody watches any more need not be remembered. */
  @Override
  public void roundIsOver() {
    attempts.keySet().removeIf(id -> !board.isWatched(id));
  }

  private static boolean isOverdue(Change change, long heldNanos) {
    return !change.isTerminal()
        && !change.record().stalled()
        && change
            .record()
            .promise()
            .filter(promise -> promise.compareTo(Duration.ofNanos(heldNanos)) < 0)
            .isPresent();
  }

  private void mark(Change change, long now) {
    Attempt last = attempts.get(change.uploadId());
    if (last != null && last.settles(change.version(), now)) {
      return;
    }
    LOG.atInfo()
        .addKeyValue(LogFields.UPLOAD, change.uploadId())
        .log("an upload gave no sign of life when it was due");
    attempts.put(change.uploadId(), new Attempt(change.version(), now, attempt(change)));
  }

  private CompletableFuture<?> attempt(Change change) {
    try {
      CompletionStage<?> outcome = marker.markStalled(change.uploadId(), change.version());
      return outcome.toCompletableFuture();
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }
}
