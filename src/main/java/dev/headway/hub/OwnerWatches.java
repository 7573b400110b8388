package dev.headway.hub;

import dev.headway.status.OwnerId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The owners all of whose uploads somebody on this node watches, those that are still to come among
 * them: a change is kept for their sake although nobody watches its upload. Any thread.
 */
final class OwnerWatches {
  private final ConcurrentMap<OwnerId, Watch> watches = new ConcurrentHashMap<>();

  /**
   * @param loops those with subscribers
   * @param since when the last of them came
   */
  record Watch(List<LoopInbox> loops, long since) {}

  void watch(OwnerId owner, LoopInbox loop, long now) {
    watches.compute(
        owner,
        (key, held) -> new Watch(held == null ? List.of(loop) : with(held.loops, loop), now));
  }

  private static List<LoopInbox> with(List<LoopInbox> loops, LoopInbox loop) {
    if (loops.contains(loop)) {
      return loops;
    }
    var more = new ArrayList<>(loops);
    more.add(loop);
    return List.copyOf(more);
  }

  void unwatch(OwnerId owner, LoopInbox loop) {
    watches.computeIfPresent(owner, (key, held) -> without(held, loop));
  }

  private static @Nullable Watch without(Watch held, LoopInbox loop) {
    List<LoopInbox> fewer = held.loops.stream().filter(other -> other != loop).toList();
    return fewer.isEmpty() ? null : new Watch(fewer, held.since);
  }

  /** The loops that must hear of this owner's uploads. */
  List<LoopInbox> watchersOf(OwnerId owner) {
    Watch held = watches.get(owner);
    return held == null ? List.of() : held.loops;
  }

  boolean isWatched(OwnerId owner) {
    return watches.containsKey(owner);
  }

  void forEach(BiConsumer<OwnerId, Watch> visitor) {
    watches.forEach(visitor);
  }

  int count() {
    return watches.size();
  }
}
