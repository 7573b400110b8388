package dev.headway.hub;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the board holds of one upload. Immutable; replaced whole.
 *
 * @param newest the highest version that was seen; null if none was, which together with a {@code
 *     readAt} means that there was no record then
 * @param heldSince when {@code newest} came
 * @param readAt the moment as of which the table was read; {@link MonotonicClock#NEVER} if it was
 *     not. Changes written later came over the bus: the entry was there before the read began
 * @param watchers the loops with subscribers; pins the entry
 * @param load a read that is under way; pins the entry, so that a change which crosses it is kept
 */
record Entry(
    @Nullable Change newest,
    long heldSince,
    long readAt,
    List<LoopInbox> watchers,
    @Nullable Load load) {
  static final Entry NOTHING =
      new Entry(null, MonotonicClock.NEVER, MonotonicClock.NEVER, List.of(), null);

  boolean isPinned() {
    return !watchers.isEmpty() || load != null;
  }

  /** Whether the record was looked for and is not there. */
  boolean isUnknown() {
    return newest == null && readAt != MonotonicClock.NEVER;
  }

  /** Whether nothing is known and nobody waits to know. */
  boolean isEmpty() {
    return newest == null && readAt == MonotonicClock.NEVER && !isPinned();
  }

  /** Whether a version is news. Nothing is, after a terminal one. */
  boolean wants(long version) {
    return newest == null || (!newest.isTerminal() && version > newest.version());
  }

  Entry offered(Change change, long now) {
    return wants(change.version()) ? new Entry(change, now, readAt, watchers, load) : this;
  }

  Entry loading(Load read) {
    return new Entry(newest, heldSince, readAt, watchers, read);
  }

  /** After a load that failed. A newer one may have begun meanwhile: that one stays. */
  Entry notLoading(Load read) {
    return load == read ? new Entry(newest, heldSince, readAt, watchers, null) : this;
  }

  /** After the table, read at {@code moment}, had this record or a newer one was here already. */
  Entry found(Change change, long moment, long now) {
    Entry after = offered(change, now);
    return new Entry(after.newest, after.heldSince, Math.max(readAt, moment), watchers, after.load);
  }

  /**
   * After the table, read at {@code moment}, had no record. What came over the bus since then was
   * created meanwhile; what was held before has been deleted, or its life is over.
   */
  Entry missing(long moment) {
    long read = Math.max(readAt, moment);
    return newest != null && heldSince >= moment
        ? new Entry(newest, heldSince, read, watchers, load)
        : new Entry(null, MonotonicClock.NEVER, read, watchers, load);
  }

  Entry forgotten() {
    return new Entry(null, MonotonicClock.NEVER, MonotonicClock.NEVER, watchers, load);
  }

  Entry watchedBy(LoopInbox loop) {
    if (watchers.contains(loop)) {
      return this;
    }
    var more = new ArrayList<>(watchers);
    more.add(loop);
    return new Entry(newest, heldSince, readAt, List.copyOf(more), load);
  }

  Entry leftBy(LoopInbox loop) {
    List<LoopInbox> fewer = watchers.stream().filter(other -> other != loop).toList();
    return new Entry(newest, heldSince, readAt, fewer, load);
  }
}
