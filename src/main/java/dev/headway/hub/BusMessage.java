package dev.headway.hub;

import dev.headway.status.ProcessingStatus;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What nodes tell each other. Every kind is state that replaces what the sender said before. */
public sealed interface BusMessage {
  /** Records that changed, in the order in which one shard of the stream (or one writer) had it. */
  record Changes(List<ProcessingStatus> records) implements BusMessage {
    public Changes {
      records = List.copyOf(records);
    }
  }

  /**
   * What a node's tail holds: sent every second, and at once when leases change. Durations are of
   * the sender's monotonic clock; no wall clock is compared anywhere.
   *
   * @param uptime the sender's monotonic time at sending, so that a receiver notices how much
   *     longer than usual a heartbeat was under way
   * @param leased the shards whose lease the sender has and how long ago, at sending, each was read
   *     up to its end; empty if not yet
   * @param ended the shards that the sender lately read to their last record, with their children
   */
  record TailHeartbeat(
      Duration uptime, Map<String, Optional<Duration>> leased, Map<String, List<String>> ended)
      implements BusMessage {
    public TailHeartbeat {
      leased = Map.copyOf(leased);
      ended = Map.copyOf(ended);
    }
  }
}
