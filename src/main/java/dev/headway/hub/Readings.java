package dev.headway.hub;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/**
 * What may be said of an entry, and how old that is. Pure but for its clocks; any thread.
 *
 * <p>A record is known to be the newest as of the moment when the table was read for it, or as of
 * the moment up to which the board is whole, whichever is later. The board only vouches for entries
 * that were read since messages were last lost, and within the time for which the stream keeps its
 * records: a tail that comes later skips what is gone. A terminal version is always the newest.
 */
final class Readings {
  /** DynamoDB keeps the records of a stream for 24 h. An hour less is on the safe side. */
  private static final long KEPT = Duration.ofHours(23).toNanos();

  private final HubConfig config;
  private final MonotonicClock clock;
  private final InstantSource wallClock;
  private final Freshness freshness;

  Readings(HubConfig config, MonotonicClock clock, InstantSource wallClock, Freshness freshness) {
    this.config = config;
    this.clock = clock;
    this.wallClock = wallClock;
    this.freshness = freshness;
  }

  /** Whether the board is so fresh that it answers without the table. */
  boolean isWhole() {
    long now = clock.now();
    return isWithin(config.maxAge(), freshness.wholeAsOf(), now);
  }

  /** How long ago the newest version was surely the one that is held. */
  Duration age(Entry held) {
    long now = clock.now();
    Change newest = held.newest();
    if (newest != null && newest.isTerminal()) {
      return Duration.ZERO;
    }
    return MonotonicClock.between(asOf(held), now);
  }

  /** The moment as of which what is held was surely the newest version. */
  private long asOf(Entry held) {
    return isVouchedFor(held) ? Math.max(held.readAt(), freshness.wholeAsOf()) : held.readAt();
  }

  /** Whether the tail tells of this entry: while it speaks, nobody need look at the table. */
  boolean isVouchedFor(Entry held) {
    return held.readAt() >= Math.max(freshness.gapAt(), clock.now() - KEPT);
  }

  /** When all that the tail vouches for has to be read, if nothing is heard of it till then. */
  long tailGoodUntil() {
    return freshness.wholeAsOf() + config.tailPatience().toNanos();
  }

  /** When messages were last lost: what was vouched for before has to be asked for again. */
  long gapAt() {
    return freshness.gapAt();
  }

  /** When an entry that is watched has to be read from the table, if nothing is heard till then. */
  long dueAt(Entry held) {
    Change newest = held.newest();
    if (newest != null && newest.isTerminal()) {
      return Long.MAX_VALUE;
    }
    long asOf = asOf(held);
    Duration goodFor = asOf > held.readAt() ? config.tailPatience() : config.resyncEvery();
    return asOf + goodFor.toNanos();
  }

  /**
   * Whether an entry answers a reader without a look at the table.
   *
   * @param atLeast a version that the reader has seen, or 0
   */
  boolean answers(Entry held, long atLeast) {
    if (held.isUnknown()) {
      long now = clock.now();
      return atLeast == 0 && isWithin(config.unknownFor(), held.readAt(), now);
    }
    return isUsable(held, atLeast, config.maxAge());
  }

  /** Whether an entry may stand in for the table, which cannot be read. */
  boolean standsIn(Entry held, long atLeast) {
    return isUsable(held, atLeast, config.staleFor());
  }

  private boolean isUsable(Entry held, long atLeast, Duration limit) {
    Change newest = held.newest();
    return newest != null
        && newest.version() >= atLeast
        && !newest.record().isExpired(wallClock.instant())
        && age(held).compareTo(limit) <= 0;
  }

  /** The answer that an entry holds; empty where there is no record or its life is over. */
  Optional<Reading> of(Entry held) {
    return Optional.ofNullable(held.newest())
        .filter(newest -> !newest.record().isExpired(wallClock.instant()))
        .map(newest -> new Reading(newest, age(held)));
  }

  private static boolean isWithin(Duration limit, long moment, long now) {
    return now - moment <= limit.toNanos();
  }
}
