package dev.headway.hub;

import dev.headway.status.ProcessingStatus;
import dev.headway.status.StatusReader;
import dev.headway.status.UploadId;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Consistent reads of the table, one at a time for an upload, however many ask. The interest is
 * registered on the board before the read begins, so a change that crosses it is kept, and the
 * higher version wins. Any thread.
 */
final class SharedReads {
  private final Board board;
  private final Intake intake;
  private final GatheredReads table;
  private final Duration patience;
  private final LongAdder refreshed = new LongAdder();

  SharedReads(Board board, Intake intake, StatusReader table, Duration patience) {
    this.board = board;
    this.intake = intake;
    this.table = new GatheredReads(table, patience);
    this.patience = patience;
  }

  /**
   * Joins the read that is under way, or begins one.
   *
   * @param notBefore a moment; a read that started earlier is not good enough
   */
  Load join(UploadId id, long notBefore) {
    Load load = board.join(id, notBefore);
    if (load.begin()) {
      await(id, load, table.read(id));
    }
    return load;
  }

  /**
   * Reads these in one request, but for those that are being read already. Who asks for one of them
   * meanwhile joins.
   *
   * @param notBefore as above
   * @return when every reading that this began has ended; fails if one has failed
   */
  CompletionStage<Void> refresh(List<UploadId> ids, long notBefore) {
    Map<UploadId, Load> begun = new LinkedHashMap<>();
    for (UploadId id : ids) {
      Load load = board.join(id, notBefore);
      if (load.begin()) {
        begun.put(id, load);
      }
    }
    refreshed.add(begun.size());
    table
        .readAll(begun.keySet())
        .forEach((id, answer) -> await(id, Objects.requireNonNull(begun.get(id)), answer));
    return CompletableFuture.allOf(
        begun.values().stream().map(Load::done).toArray(CompletableFuture<?>[]::new));
  }

  /** Uploads that {@link #refresh} asked the table for, since the start. */
  long refreshed() {
    return refreshed.sum();
  }

  /** Copies the answer, so that the time limit is ours alone. */
  private void await(UploadId id, Load load, CompletionStage<Optional<ProcessingStatus>> answer) {
    Future.fromCompletionStage(
            answer.toCompletableFuture().copy().orTimeout(patience.toNanos(), TimeUnit.NANOSECONDS))
        .onComplete(outcome -> finish(id, load, outcome));
  }

  private void finish(UploadId id, Load load, AsyncResult<Optional<ProcessingStatus>> outcome) {
    try {
      if (outcome.succeeded()) {
        intake.found(id, outcome.result(), load.startedAt());
        load.done().complete(board.loaded(id, load));
      } else {
        board.loaded(id, load);
        load.done().completeExceptionally(outcome.cause());
      }
    } catch (RuntimeException e) { // an encoder that fails must not leave anybody waiting
      board.loaded(id, load);
      load.done().completeExceptionally(e);
    }
  }
}
