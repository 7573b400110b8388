package dev.headway.hub;

import dev.headway.hub.BusMessage.Changes;
import dev.headway.hub.BusMessage.TailHeartbeat;
import dev.headway.status.ProcessingStatus;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What this node's tail says, put on the bus: every batch of changes as it comes, and which shards
 * the tail holds and how far it has read them. Any thread, for one shard in order. The lock keeps a
 * heartbeat from overtaking the changes that it vouches for; publishing under it neither blocks nor
 * calls anybody.
 */
public final class TailReporter {
  /**
   * How long the end of a shard is repeated, for nodes that missed it or came later. Nodes that
   * missed a message start afresh anyway.
   */
  private static final long REPEAT_END = Duration.ofMinutes(10).toNanos();

  private final Bus bus;
  private final MonotonicClock clock;
  private final Map<String, OptionalLong> readToEnd = new HashMap<>();
  private final Map<String, Ended> ended = new HashMap<>();

  private record Ended(List<String> children, long at) {}

  TailReporter(Bus bus, MonotonicClock clock) {
    this.bus = bus;
    this.clock = clock;
  }

  /** A shard's lease is this node's from now on. */
  public synchronized void leased(String shardId) {
    readToEnd.put(shardId, OptionalLong.empty());
    heartbeat();
  }

  /** Changes of one shard, in the order of the stream. */
  public synchronized void changed(List<ProcessingStatus> changes) {
    if (!changes.isEmpty()) {
      bus.publish(new Changes(changes));
    }
  }

  /**
   * The shard was read up to its end just now. Nothing is believed of a shard without its lease.
   */
  public synchronized void readToEnd(String shardId) {
    OptionalLong before = readToEnd.get(shardId);
    if (before == null) {
      return;
    }
    readToEnd.put(shardId, OptionalLong.of(clock.now()));
    if (before.isEmpty()) {
      heartbeat(); // the first time makes the board whole: worth saying at once
    }
  }

  /** The shard is closed and was read to its last record; its children take over. */
  public synchronized void ended(String shardId, List<String> children) {
    readToEnd.remove(shardId);
    ended.put(shardId, new Ended(List.copyOf(children), clock.now()));
    heartbeat();
  }

  /** The lease went to another node or was given up. */
  public synchronized void released(String shardId) {
    if (readToEnd.remove(shardId) != null) {
      heartbeat();
    }
  }

  /**
   * Says what the tail holds; every {@link HubConfig#heartbeatEvery}, also when it holds nothing.
   */
  synchronized void heartbeat() {
    long now = clock.now();
    ended.values().removeIf(end -> now - end.at > REPEAT_END);
    Map<String, Optional<Duration>> leased = new HashMap<>();
    readToEnd.forEach((shard, at) ->
        leased.put(
            shard,
            at.isPresent()
                ? Optional.of(MonotonicClock.between(at.getAsLong(), now))
                : Optional.empty()));
    Map<String, List<String>> ends = new HashMap<>();
    ended.forEach((shard, end) -> ends.put(shard, end.children));
    bus.publish(new TailHeartbeat(Duration.ofNanos(now), leased, ends));
  }
}
