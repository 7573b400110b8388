package dev.headway.hub;

import dev.headway.status.OwnedUpload;
import dev.headway.status.OwnerId;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lists the uploads of watched owners when one may have been created without this node hearing of
 * it: while the board is not whole, after messages were lost, and once after an owner came to be
 * watched, because the list that was read then is a little late. What is done with a list, its
 * watchers know. The uploads that are known already are the business of {@link Resync}.
 *
 * <p>{@link #tick} is called by one thread, often; the lists come on threads of the store.
 */
final class OwnerResync {
  /** After which what was created before is surely in the list. */
  static final Duration LIST_IS_LATE = Duration.ofSeconds(2);

  /** As many as a stream begins with. */
  private static final int NEWEST = 100;

  /** Lists under way at once. */
  private static final int MOST = 32;

  private static final Logger LOG = LoggerFactory.getLogger(OwnerResync.class);

  private final OwnerWatches owners;
  private final Readings readings;
  private final Freshness freshness;
  private final OwnerLists lists;
  private final MonotonicClock clock;
  private final HubConfig config;
  private final Map<OwnerId, Listing> listings = new ConcurrentHashMap<>();
  private final AtomicInteger underWay = new AtomicInteger();
  private volatile boolean failing;

  /**
   * @param triedAt when the last list was asked for
   * @param readAt when the last one was asked for that came
   */
  private record Listing(long triedAt, long readAt) {
    static final Listing NONE = new Listing(MonotonicClock.NEVER, MonotonicClock.NEVER);
  }

  OwnerResync(
      OwnerWatches owners,
      Readings readings,
      Freshness freshness,
      OwnerLists lists,
      MonotonicClock clock,
      HubConfig config) {
    this.owners = owners;
    this.readings = readings;
    this.freshness = freshness;
    this.lists = lists;
    this.clock = clock;
    this.config = config;
  }

  void tick() {
    long now = clock.now();
    boolean whole = readings.isWhole();
    listings.keySet().removeIf(owner -> !owners.isWatched(owner));
    owners.forEach((owner, watch) -> {
      Listing last = listings.getOrDefault(owner, Listing.NONE);
      if (isDue(watch, last, whole, now) && underWay.get() < MOST) {
        list(owner, last, now);
      }
    });
  }

  private boolean isDue(OwnerWatches.Watch watch, Listing last, boolean whole, long now) {
    if (now - last.triedAt < config.resyncEvery().toNanos()) {
      return false;
    }
    // A list that is asked for from then on names everything that nobody would be told of.
    long settled = Math.max(watch.since(), freshness.gapAt()) + LIST_IS_LATE.toNanos();
    return !whole || (last.readAt < settled && now >= settled);
  }

  private void list(OwnerId owner, Listing last, long now) {
    underWay.incrementAndGet();
    listings.put(owner, new Listing(now, last.readAt));
    Future.fromCompletionStage(lists.newestOf(owner, NEWEST, Optional.empty()))
        .onComplete(outcome -> finish(owner, now, outcome));
  }

  private void finish(OwnerId owner, long askedAt, AsyncResult<List<OwnedUpload>> outcome) {
    underWay.decrementAndGet();
    if (outcome.succeeded()) {
      failing = false;
      listings.computeIfPresent(owner, (key, last) -> new Listing(last.triedAt, askedAt));
      owners.watchersOf(owner).forEach(loop -> loop.listed(owner, outcome.result()));
    } else if (!failing) {
      failing = true;
      LOG.warn("the uploads of a watched owner could not be listed; trying again");
      LOG.debug("the uploads of a watched owner could not be listed", outcome.cause());
    }
  }
}
