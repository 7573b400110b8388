package dev.headway.hub;

import dev.headway.status.ProcessingStatus;
import dev.headway.status.StatusReader;
import dev.headway.status.UploadId;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * Reads of single uploads, gathered under load: a few go to the table at once; those that come
 * while these are under way wait for them and then go together. So a reader on a quiet node waits
 * for nobody, and thousands who come back in one second, after a node died or all have started,
 * cost tens of requests instead of thousands, which would hold up everything else. Any thread.
 */
final class GatheredReads {
  /** Requests under way at once. */
  private static final int MOST = 8;

  /** BatchGetItem takes no more. */
  static final int BATCH = 100;

  private final StatusReader table;
  private final Duration patience;
  private final Map<UploadId, CompletableFuture<Optional<ProcessingStatus>>> waiting =
      new LinkedHashMap<>();
  private int underWay;

  /**
   * @param patience after which a request counts as failed and the next may go
   */
  GatheredReads(StatusReader table, Duration patience) {
    this.table = table;
    this.patience = patience;
  }

  /** A consistent read that begins after this call. Who asks for the same upload may share it. */
  CompletionStage<Optional<ProcessingStatus>> read(UploadId id) {
    return Objects.requireNonNull(readAll(List.of(id)).get(id));
  }

  /** The same of several uploads, which go together. */
  Map<UploadId, CompletionStage<Optional<ProcessingStatus>>> readAll(Collection<UploadId> ids) {
    var answers = new LinkedHashMap<UploadId, CompletionStage<Optional<ProcessingStatus>>>();
    synchronized (this) {
      ids.forEach(
          id -> answers.put(id, waiting.computeIfAbsent(id, key -> new CompletableFuture<>())));
    }
    sendWhatMayGo();
    return answers;
  }

  private void sendWhatMayGo() {
    for (var some = take(); !some.isEmpty(); some = take()) {
      send(some);
    }
  }

  /** Takes the next request's uploads out; none if none wait or too many requests are under way. */
  private synchronized Map<UploadId, CompletableFuture<Optional<ProcessingStatus>>> take() {
    if (underWay == MOST || waiting.isEmpty()) {
      return Map.of();
    }
    underWay++;
    var taken = new LinkedHashMap<UploadId, CompletableFuture<Optional<ProcessingStatus>>>();
    var all = waiting.entrySet().iterator();
    while (all.hasNext() && taken.size() < BATCH) {
      var next = all.next();
      taken.put(next.getKey(), next.getValue());
      all.remove();
    }
    return taken;
  }

  private void send(Map<UploadId, CompletableFuture<Optional<ProcessingStatus>>> some) {
    var _ =
        request(List.copyOf(some.keySet()))
            .orTimeout(patience.toNanos(), TimeUnit.NANOSECONDS)
            .whenComplete((found, failure) -> {
              synchronized (this) {
                underWay--;
              }
              sendWhatMayGo(); // before the answers, which take their time
              some.forEach((id, answer) -> {
                if (failure == null) {
                  answer.complete(Optional.ofNullable(found.get(id)));
                } else {
                  answer.completeExceptionally(failure);
                }
              });
            });
  }

  /** Copies, so that the time limit is ours alone; a reader that throws has failed. */
  private CompletableFuture<Map<UploadId, ProcessingStatus>> request(List<UploadId> ids) {
    try {
      if (ids.size() > 1) {
        return table.readAll(ids).toCompletableFuture().copy();
      }
      UploadId id = ids.getFirst();
      return table
          .read(id)
          .thenApply(found -> found.map(record -> Map.of(id, record)).orElse(Map.of()))
          .toCompletableFuture()
          .copy();
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }
}
