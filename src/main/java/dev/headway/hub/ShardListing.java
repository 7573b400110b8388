package dev.headway.hub;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks which shards are open whenever what is known of them may be wrong: at start, after messages
 * were lost, and now and then while the board stays unfit without a loss that was noticed (an owner
 * may have told the end of a shard to nobody before it died). One question at a time.
 */
final class ShardListing {
  /** While there is no list at all. */
  private static final long RETRY = Duration.ofSeconds(1).toNanos();

  /** While the board is not whole in spite of one; DescribeStream is limited per account. */
  private static final long REPEAT = Duration.ofSeconds(5).toNanos();

  private static final Logger LOG = LoggerFactory.getLogger(ShardListing.class);

  private final Freshness freshness;
  private final OpenShards shards;
  private final MonotonicClock clock;
  private final Duration patience;

  private final AtomicBoolean running = new AtomicBoolean();
  private volatile long lastStart = MonotonicClock.NEVER;
  private volatile boolean failing;

  ShardListing(Freshness freshness, OpenShards shards, MonotonicClock clock, Duration patience) {
    this.freshness = freshness;
    this.shards = shards;
    this.clock = clock;
    this.patience = patience;
  }

  /** Called often. Any thread. */
  void tick() {
    long now = clock.now();
    if (!isDue(now) || !running.compareAndSet(false, true)) {
      return;
    }
    lastStart = now;
    Future.fromCompletionStage(begin().orTimeout(patience.toNanos(), TimeUnit.NANOSECONDS))
        .onComplete(outcome -> finish(now, outcome));
  }

  private boolean isDue(long now) {
    if (freshness.listedAt() == MonotonicClock.NEVER) {
      return lastStart < freshness.gapAt() || now - lastStart >= RETRY;
    }
    return now - freshness.wholeAsOf() >= REPEAT && now - lastStart >= REPEAT;
  }

  private CompletableFuture<Set<String>> begin() {
    try {
      return shards.list().toCompletableFuture().copy();
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private void finish(long askedAt, AsyncResult<Set<String>> outcome) {
    running.set(false);
    if (outcome.succeeded()) {
      failing = false;
      freshness.listed(outcome.result(), askedAt, clock.now());
    } else if (!failing) {
      failing = true;
      LOG.warn(
          "the stream's shards could not be listed: {}; trying again", outcome.cause().toString());
      LOG.debug("the stream's shards could not be listed", outcome.cause());
    }
  }
}
