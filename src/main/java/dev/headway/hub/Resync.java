package dev.headway.hub;

import dev.headway.status.ProcessingStatus;
import dev.headway.status.StatusReader;
import dev.headway.status.UploadId;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the watched uploads straight from the table while the board cannot vouch for them: at
 * start, before the tail has its first lease; during a failover; after messages were lost; while
 * the bus is down. One reading at a time, and no more often than a poller would ask.
 *
 * <p>{@link #tick} is called by one thread, often; the readings end on threads of the store.
 */
final class Resync {
  private static final Logger LOG = LoggerFactory.getLogger(Resync.class);

  private final Board board;
  private final Readings readings;
  private final Intake intake;
  private final StatusReader table;
  private final MonotonicClock clock;
  private final HubConfig config;

  private final AtomicBoolean running = new AtomicBoolean();
  private volatile boolean failing;
  private long lastStart = MonotonicClock.NEVER;

  Resync(
      Board board,
      Readings readings,
      Intake intake,
      StatusReader table,
      MonotonicClock clock,
      HubConfig config) {
    this.board = board;
    this.readings = readings;
    this.intake = intake;
    this.table = table;
    this.clock = clock;
    this.config = config;
  }

  void tick() {
    long now = clock.now();
    if (now - lastStart < config.resyncEvery().toNanos() || running.get()) {
      return;
    }
    List<UploadId> due = due();
    if (due.isEmpty()) {
      return;
    }
    lastStart = now;
    running.set(true);
    // Longer than one read may take: this is a hundred of them for 10,000 uploads.
    long patience = 6 * config.readPatience().toNanos();
    Future.fromCompletionStage(begin(due).orTimeout(patience, TimeUnit.NANOSECONDS))
        .onComplete(outcome -> finish(due, now, outcome));
  }

  /**
   * Whole, the board vouches for all but the entries that it may have lost something of. Not whole,
   * every entry is due again that was not read just now, or the readings would drift apart.
   */
  private List<UploadId> due() {
    Duration limit = readings.isWhole() ? config.maxAge() : config.resyncEvery().dividedBy(2);
    List<UploadId> due = new ArrayList<>();
    board.forEachWatched((id, held) -> {
      if (readings.age(held).compareTo(limit) > 0) {
        due.add(id);
      }
    });
    return due;
  }

  private CompletableFuture<Map<UploadId, ProcessingStatus>> begin(List<UploadId> due) {
    try {
      return table.readAll(due).toCompletableFuture().copy();
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private void finish(
      List<UploadId> due, long startedAt, AsyncResult<Map<UploadId, ProcessingStatus>> outcome) {
    try {
      if (outcome.failed()) {
        failed(due.size(), outcome.cause());
        return;
      }
      for (UploadId id : due) {
        intake.found(id, Optional.ofNullable(outcome.result().get(id)), startedAt);
      }
      if (failing) {
        failing = false;
        LOG.info("The table can be read again: {} watched uploads are up to date", due.size());
      }
    } catch (RuntimeException e) {
      failed(due.size(), e);
    } finally {
      running.set(false);
    }
  }

  /** Says so once for an outage: the next tick tries again anyway. */
  private void failed(int uploads, Throwable failure) {
    if (!failing) {
      failing = true;
      LOG.warn(
          "{} watched uploads could not be read from the table; trying again", uploads, failure);
    }
  }
}
