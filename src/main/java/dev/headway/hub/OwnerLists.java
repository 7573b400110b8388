package dev.headway.hub;

import dev.headway.status.OwnedUpload;
import dev.headway.status.OwnerId;
import dev.headway.status.StatusReader;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Which uploads an owner has: what the table lists, which is a little late, and what was created
 * through this node a moment ago. Any thread.
 */
final class OwnerLists {
  private final StatusReader table;
  private final Duration patience;
  private final NewUploads newUploads;

  /**
   * @param patience after which a list counts as not read
   */
  OwnerLists(StatusReader table, Duration patience, MonotonicClock clock) {
    this.table = table;
    this.patience = patience;
    this.newUploads = new NewUploads(clock);
  }

  /** An upload was created through this node. */
  void created(OwnerId owner, OwnedUpload upload) {
    newUploads.created(owner, upload);
  }

  /** Newest first; as {@link StatusReader#newestOf}, and in good time or not at all. */
  CompletableFuture<List<OwnedUpload>> newestOf(
      OwnerId owner, int limit, Optional<OwnedUpload> after) {
    List<OwnedUpload> lately = after.isEmpty() ? newUploads.of(owner) : List.of();
    return begin(owner, limit, after)
        .orTimeout(patience.toNanos(), TimeUnit.NANOSECONDS)
        .thenApply(listed ->
            Stream.concat(lately.stream(), listed.stream())
                .distinct()
                // Stable: those of one moment stay in the table's order, which a cursor is about.
                .sorted(Comparator.comparing(OwnedUpload::createdAt).reversed())
                .limit(limit)
                .toList());
  }

  /** A copy, so that the time limit is ours alone; a reader that throws has failed. */
  private CompletableFuture<List<OwnedUpload>> begin(
      OwnerId owner, int limit, Optional<OwnedUpload> after) {
    try {
      return table.newestOf(owner, limit, after).toCompletableFuture().copy();
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }
}
