package dev.headway;

import dev.headway.api.ProblemCode;
import dev.headway.bus.NodeBus;
import dev.headway.http.HttpService;
import dev.headway.hub.Hub;
import dev.headway.ops.Metrics;
import dev.headway.tail.Tail;
import io.vertx.core.http.HttpVersion;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What a node tells of itself in its metrics. */
final class NodeFigures {
  private final Metrics metrics;

  NodeFigures(Metrics metrics) {
    this.metrics = metrics;
  }

  NodeFigures of(Readers readers) {
    var counters = readers.streams.counters();
    var _ =
        metrics
            .gauge("headway.streams.open", "Event streams that are open", counters::open)
            .gauge("headway.polls.held", "Polls that wait for news", readers.polls::open)
            .counter(
                "headway.streams.delivered", "Status events that were written", counters::delivered)
            .counter(
                "headway.streams.conflated",
                "Versions that a reader did not get because a newer one took their place",
                counters::conflated)
            .counter(
                "headway.streams.cut",
                "Streams cut because their reader took nothing",
                counters::cut)
            .counter(
                "headway.streams.refused",
                "Streams refused because the node or their user has too many, or too many come at"
                    + " once",
                readers.admission::refused)
            .gauges(
                "headway.streams.loop",
                "Event streams that are open, by event loop: they should be about even",
                "loop",
                () -> byLoop(readers.streams.openByLoop()));
    for (HttpVersion over : HttpVersion.values()) {
      metrics.counter(
          "headway.streams.begun",
          "Event streams that were begun, by the version of HTTP",
          "protocol",
          over.alpnName(),
          () -> readers.streams.begun(over));
    }
    return this;
  }

  NodeFigures of(Hub hub) {
    var _ =
        metrics
            .gauge(
                "headway.board.watched", "Uploads that somebody watches here", hub::watchedUploads)
            .gauge(
                "headway.board.owners",
                "People all of whose uploads are watched here",
                hub::watchedOwners)
            .gauge(
                "headway.board.whole",
                "1 while the board is provably whole and polls cost the table nothing",
                () -> hub.isWhole() ? 1 : 0)
            .gauge(
                "headway.board.age",
                "Seconds since the moment as of which the board is whole; NaN if it is not known",
                () -> hub.boardAge().map(NodeFigures::seconds).orElse(Double.NaN))
            .counter(
                "headway.board.hits",
                "Readings of an upload that were answered from memory",
                hub::readFromMemory)
            .counter(
                "headway.board.misses",
                "Readings of an upload for which the table was asked",
                hub::readFromTable)
            .counter(
                "headway.resync.reads",
                "Uploads that were read because the board could not vouch for them",
                hub::resyncReads);
    return this;
  }

  NodeFigures of(NodeBus bus) {
    var _ =
        metrics
            .gauge(
                "headway.bus.up",
                "1 while what is published reaches the other nodes",
                () -> bus.reachesOthers() ? 1 : 0)
            .counter(
                "headway.bus.sent", "Frames sent to the other nodes", () -> bus.figures().sent())
            .counter(
                "headway.bus.received",
                "Frames received of the other nodes",
                () -> bus.figures().received())
            .counter(
                "headway.bus.undecodable",
                "Frames that could not be read",
                () -> bus.figures().undecodable())
            .counter(
                "headway.bus.dropped",
                "Records that were not sent because too many waited",
                () -> bus.figures().dropped())
            .counter(
                "headway.bus.losses",
                "Times that the connection to the bus was lost",
                () -> bus.figures().losses())
            .gauge(
                "headway.bus.roundtrip",
                "Seconds that the last frame took to the bus and back",
                () -> seconds(bus.figures().roundTrip()));
    return this;
  }

  NodeFigures of(Tail tail) {
    var _ =
        metrics
            .gauge(
                "headway.tail.lag",
                "Seconds since the shard that is furthest behind was read to its end; NaN before",
                () -> furthestBehind(tail))
            .gauge("headway.tail.leases", "Shards that this node reads", () -> tail.leases().size())
            .gauges(
                "headway.tail.shard.lag",
                "Seconds since each shard that this node reads was read to its end",
                "shard",
                () -> shardLags(tail))
            .counter(
                "headway.tail.skipped", "Stream records that could not be read", tail::skipped);
    return this;
  }

  NodeFigures of(HeapWatch heap) {
    var _ =
        metrics.gauge(
            "headway.heap.needed",
            "Share of the heap that was taken after the last collection",
            heap::taken);
    return this;
  }

  NodeFigures of(HttpService http, LongAdder reads) {
    metrics.counter(
        "headway.http.rate.limited",
        "Requests refused because their user or address asked too often",
        http::rateLimited);
    metrics.counter("headway.polls.answered", "Polls of an upload's status", http::polls);
    metrics.gauge(
        "headway.polls.reads",
        "Records read from the table for each 1,000 polls, since the start",
        () -> http.polls() == 0 ? Double.NaN : 1_000.0 * reads.sum() / http.polls());
    metrics.counter(
        "headway.polls.not.modified",
        "Those of them that learned that nothing had changed",
        http::notModified);
    for (ProblemCode code : ProblemCode.values()) {
      metrics.counter(
          "headway.http.problems",
          "Requests that were answered with a problem, by its code",
          "code",
          code.name(),
          () -> http.problems(code));
    }
    metrics.gauge("headway.http.connections", "Connections that are open", http::connections);
    metrics.counter(
        "headway.http.connections.refused",
        "Connections refused because there were too many",
        http::refusedConnections);
    return this;
  }

  NodeFigures counted(String name, String description, LongAdder count) {
    var _ = metrics.counter(name, description, count::sum);
    return this;
  }

  private static Map<String, Double> byLoop(List<Integer> open) {
    Map<String, Double> byLoop = new HashMap<>();
    for (int loop = 0; loop < open.size(); loop++) {
      byLoop.put(Integer.toString(loop), open.get(loop).doubleValue());
    }
    return byLoop;
  }

  private static Map<String, Double> shardLags(Tail tail) {
    Map<String, Double> lags = new HashMap<>();
    for (var lease : tail.leases()) {
      lags.put(
          lease.shardId(), lease.sinceReadToEnd().map(NodeFigures::seconds).orElse(Double.NaN));
    }
    return lags;
  }

  private static double furthestBehind(Tail tail) {
    return shardLags(tail).values().stream().reduce(0.0, Math::max);
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }
}
