package dev.headway.hub;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import dev.headway.status.UploadId;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The newest version of every upload that is watched or was read lately. Concurrent; every change
 * of an entry is one atomic step, and nothing but such steps happens inside.
 *
 * <p>Entries that are watched or being read are pinned, and live here; the others live in a cache
 * that bounds them, and go a while after they were last read; an id without a record goes much
 * sooner. They are not in one cache with a weight of nothing for the pinned ones: it would pass
 * thousands of them with every eviction. A change only ever replaces a lower version, and nothing
 * replaces a terminal one.
 */
final class Board {
  private final MonotonicClock clock;

  /** Whoever computes here has the upload for itself, wherever its entry is. */
  private final ConcurrentMap<UploadId, Entry> pinned = new ConcurrentHashMap<>();

  private final Cache<UploadId, Entry> recent;
  private final Set<UploadId> watched = ConcurrentHashMap.newKeySet();

  Board(HubConfig config, MonotonicClock clock) {
    this.clock = clock;
    this.recent =
        Caffeine.newBuilder()
            .ticker(clock::now)
            // Evicting is cheap; on the caller's thread it needs no pool and comes when it should.
            .executor(Runnable::run)
            .maximumSize(config.recentlyRead())
            .expireAfter(new Lifetime(config))
            .build();
  }

  /** What is held, for a reader: counts as a read. */
  @Nullable Entry read(UploadId id) {
    Entry held = pinned.get(id);
    if (held == null) {
      held = recent.getIfPresent(id);
    }
    return held == null ? peek(id) : held;
  }

  /** What is held, for somebody who only looks. */
  @Nullable Entry peek(UploadId id) {
    Entry held = pinned.get(id);
    return held == null ? atomically(id, UnaryOperator.identity()) : held;
  }

  /** Whether it is worth encoding this version: somebody cares for the upload and has less. */
  boolean wants(UploadId id, long version) {
    Entry held = peek(id);
    return held != null && held.wants(version);
  }

  /**
   * Keeps the change if somebody cares for the upload and has less.
   *
   * @return the loops that must hear of it; none if it was not kept
   */
  List<LoopInbox> offer(Change change) {
    Entry after =
        atomically(
            change.uploadId(), held -> held.isEmpty() ? held : held.offered(change, clock.now()));
    return after != null && after.newest() == change ? after.watchers() : List.of();
  }

  /**
   * Registers interest and joins the read that is under way, or a new one that the caller must
   * begin.
   *
   * @param notBefore a read that started earlier will not do
   */
  Load join(UploadId id, long notBefore) {
    Entry after =
        compute(
            id,
            held -> {
              Load running = held.load();
              return running != null && running.startedAt() >= notBefore
                  ? held
                  : held.loading(new Load(clock.now()));
            });
    return Objects.requireNonNull(after.load());
  }

  /** A read that began at {@code startedAt} found this. */
  Entry found(Change change, long startedAt) {
    return compute(change.uploadId(), held -> held.found(change, startedAt, clock.now()));
  }

  /** A read that began at {@code startedAt} found nothing. */
  Entry missing(UploadId id, long startedAt) {
    return compute(id, held -> held.missing(startedAt));
  }

  /** The read is over, one way or the other. */
  Entry loaded(UploadId id, Load load) {
    return compute(id, held -> held.notLoading(load));
  }

  /** The life of the record is over. */
  void forget(UploadId id) {
    compute(id, Entry::forgotten);
  }

  /**
   * Pins the upload for a loop.
   *
   * @param known what the caller holds of it; kept if the board has less
   * @return the newest version: every later one will be handed to the loop
   */
  Change watch(UploadId id, LoopInbox loop, Change known) {
    Entry after =
        compute(
            id,
            held -> {
              watched.add(id);
              return held.offered(known, clock.now()).watchedBy(loop);
            });
    return Objects.requireNonNull(after.newest());
  }

  /** Lets go of what {@link #watch} pinned. */
  void unwatch(UploadId id, LoopInbox loop) {
    compute(
        id,
        held -> {
          Entry after = held.leftBy(loop);
          if (after.watchers().isEmpty()) {
            watched.remove(id);
          }
          return after;
        });
  }

  /** Shows every upload that has subscribers on this node, and what is held of it. */
  void forEachWatched(BiConsumer<UploadId, Entry> visitor) {
    for (UploadId id : watched) {
      Entry held = peek(id);
      if (held != null) {
        visitor.accept(id, held);
      }
    }
  }

  /** The uploads that have subscribers on this node; may or may not show who comes meanwhile. */
  Iterator<UploadId> watched() {
    return watched.iterator();
  }

  boolean isWatched(UploadId id) {
    return watched.contains(id);
  }

  int watchedCount() {
    return watched.size();
  }

  /** For tests: the entries that are not pinned, after pending evictions. */
  long unpinnedCount() {
    recent.cleanUp();
    return recent.estimatedSize();
  }

  private Entry compute(UploadId id, UnaryOperator<Entry> step) {
    Entry after = atomically(id, step);
    return after == null ? Entry.NOTHING : after;
  }

  /**
   * An atomic step from {@link Entry#NOTHING} where nothing is held.
   *
   * @return what is held afterwards; null for nothing
   */
  private @Nullable Entry atomically(UploadId id, UnaryOperator<Entry> step) {
    var result =
        new Object() {
          @Nullable Entry entry;
        };
    pinned.compute(
        id,
        (key, held) -> {
          Entry unpinned = held == null ? recent.policy().getIfPresentQuietly(id) : null;
          Entry before = held != null ? held : unpinned != null ? unpinned : Entry.NOTHING;
          Entry after = step.apply(before);
          result.entry = after.isEmpty() ? null : after;
          if (unpinned != null && (after.isEmpty() || after.isPinned())) {
            recent.invalidate(id);
          } else if (!after.isEmpty() && !after.isPinned() && !after.equals(unpinned)) {
            recent.put(id, after);
          }
          return after.isPinned() ? after : null;
        });
    return result.entry;
  }

  /** How long an entry stays that is not pinned, without being read. */
  private record Lifetime(HubConfig config) implements Expiry<UploadId, Entry> {
    @Override
    public long expireAfterCreate(UploadId id, Entry entry, long now) {
      return of(entry);
    }

    /** A change is no read: what remains of the life remains. */
    @Override
    public long expireAfterUpdate(UploadId id, Entry entry, long now, long remaining) {
      return Math.min(remaining, of(entry));
    }

    @Override
    public long expireAfterRead(UploadId id, Entry entry, long now, long remaining) {
      return entry.isUnknown() ? remaining : of(entry);
    }

    private long of(Entry entry) {
      return (entry.isUnknown() ? config.unknownFor() : config.retention()).toNanos();
    }
  }
}
