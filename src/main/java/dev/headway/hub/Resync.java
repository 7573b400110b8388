package dev.headway.hub;

import dev.headway.status.UploadId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the watched uploads straight from the table while the board cannot vouch for them: at
 * start, before the tail has its first lease; during a failover; after messages were lost; while
 * the bus is down.
 *
 * <p>Each upload is due on its own: when the tail has been silent for {@link
 * HubConfig#tailPatience}, or when its last reading is {@link HubConfig#resyncEvery} old. What is
 * due goes in requests of a hundred, what was read longest ago first, and a request that is not
 * full takes along what would be due soon. So uploads that were read together stay together, nobody
 * waits for a whole round, and how often an upload is read does not depend on how many there are.
 *
 * <p>Requests begin only on a {@link #tick}, and few are under way at once: at most {@link #MOST}
 * each {@link #STEP}, 8,000 records a second. A node that watches so many uploads that this is not
 * enough reads each of them less often rather than load the table more. While the table fails, one
 * request goes every {@link #RETRY}, each with other uploads.
 *
 * <p>{@link #tick} is called by one thread, every {@link #STEP}; the readings end on threads of the
 * store.
 */
final class Resync implements Patrol.Visitor {
  static final Duration STEP = Duration.ofMillis(50);

  /** Requests under way at once: half of what may be, so that new viewers' reads get through. */
  static final int MOST = 4;

  static final Duration RETRY = Duration.ofMillis(500);

  /** Between two looks at all that is watched, when one found nothing to read. */
  private static final long IDLE = Duration.ofMillis(100).toNanos();

  private static final Logger LOG = LoggerFactory.getLogger(Resync.class);

  private final Board board;
  private final Readings readings;
  private final SharedReads reads;
  private final MonotonicClock clock;
  private final HubConfig config;

  /** When reading these was last begun, in vain: others go first. */
  private final Map<UploadId, Long> triedAt = new ConcurrentHashMap<>();

  private final AtomicInteger underWay = new AtomicInteger();
  private volatile boolean failing;

  /**
   * The loss of messages since which all that is watched has been seen to be vouched for; {@link
   * MonotonicClock#NEVER} if it has not.
   */
  private long vouchedForSince = MonotonicClock.NEVER;

  private long lastSent = MonotonicClock.NEVER;
  private long idleUntil = MonotonicClock.NEVER;

  /**
   * An upload to read.
   *
   * @param turn when it was due or, if it was tried since, when that was
   */
  private record Candidate(UploadId id, long turn) {}

  Resync(
      Board board, Readings readings, SharedReads reads, MonotonicClock clock, HubConfig config) {
    this.board = board;
    this.readings = readings;
    this.reads = reads;
    this.clock = clock;
    this.config = config;
  }

  void tick() {
    long now = clock.now();
    // A timer that was held up catches up with several ticks in one moment.
    long since = now - lastSent;
    if (now < idleUntil
        || since < (failing ? RETRY : STEP.dividedBy(2)).toNanos()
        || isAllWell(now)) {
      return;
    }
    int free = (failing ? 1 : MOST) - underWay.get();
    if (free <= 0) {
      return;
    }
    Queue<Candidate> candidates = candidates(now);
    if (candidates.isEmpty()) {
      idleUntil = now + IDLE;
    }
    for (int i = 0; i < free && isDue(candidates.peek(), now); i++) {
      lastSent = now;
      send(take(candidates), now);
    }
  }

  /** A look at ten thousand takes milliseconds, so there is none while the tail does its work. */
  private boolean isAllWell(long now) {
    return vouchedForSince == readings.gapAt() && readings.tailGoodUntil() > now + soon();
  }

  /** Finds the few that came without a reading, or with one that counts no longer. */
  @Override
  public void visit(UploadId id, Entry held) {
    if (isOnItsOwn(held)) {
      vouchedForSince = MonotonicClock.NEVER;
    }
  }

  private boolean isOnItsOwn(Entry held) {
    Change newest = held.newest();
    return (newest == null || !newest.isTerminal()) && !readings.isVouchedFor(held);
  }

  private static boolean isDue(@Nullable Candidate next, long now) {
    return next != null && next.turn <= now;
  }

  /** Who is due or will be soon, in turn. */
  private Queue<Candidate> candidates(long now) {
    List<Candidate> found = new ArrayList<>();
    Set<UploadId> watched = new HashSet<>();
    vouchedForSince = readings.gapAt(); // unless one is met that is on its own
    long quarter = soon();
    board.forEachWatched((id, held) -> {
      visit(id, held);
      if (!triedAt.isEmpty()) {
        watched.add(id);
      }
      long dueAt = readings.dueAt(held);
      if (dueAt <= now + quarter && held.readAt() <= now - 3 * quarter && !isBeingRead(held, now)) {
        Long tried = triedAt.get(id);
        found.add(new Candidate(id, tried == null ? dueAt : Math.max(dueAt, tried)));
      }
    });
    triedAt.keySet().retainAll(watched);
    found.sort(Comparator.comparingLong(Candidate::turn));
    return new ArrayDeque<>(found);
  }

  /** How long before it is due an upload may be read, where that saves a request. */
  private long soon() {
    return config.resyncEvery().toNanos() / 4;
  }

  /** A reading that hangs is not waited for: the next may get through. */
  private boolean isBeingRead(Entry held, long now) {
    Load load = held.load();
    return load != null && load.startedAt() >= tooLongAgo(now);
  }

  private long tooLongAgo(long now) {
    return now - config.resyncEvery().toNanos();
  }

  private static List<UploadId> take(Queue<Candidate> candidates) {
    List<UploadId> taken = new ArrayList<>();
    while (taken.size() < GatheredReads.BATCH && !candidates.isEmpty()) {
      taken.add(candidates.remove().id);
    }
    return taken;
  }

  private void send(List<UploadId> ids, long now) {
    underWay.incrementAndGet();
    ids.forEach(id -> triedAt.put(id, now));
    var _ =
        reads
            .refresh(ids, tooLongAgo(now))
            .whenComplete((_, failure) -> {
              if (failure == null) {
                ids.forEach(triedAt::remove);
              }
              report(failure, ids.size());
              underWay.decrementAndGet();
            });
  }

  /** Says so once for an outage: it is tried again anyway. */
  private void report(@Nullable Throwable failure, int uploads) {
    if (failure == null && failing) {
      failing = false;
      LOG.info("The table can be read again");
    } else if (failure != null && !failing) {
      failing = true;
      LOG.warn(
          "{} watched uploads could not be read from the table; trying again", uploads, failure);
    }
  }
}
