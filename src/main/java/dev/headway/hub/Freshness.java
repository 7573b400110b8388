package dev.headway.hub;

import dev.headway.hub.BusMessage.TailHeartbeat;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Whether the board is whole, and as of when: every change that was written before that moment has
 * come over the bus.
 *
 * <p>It is the oldest read-to-end over all open shards that were heard of. A shard is open from
 * when somebody reports its lease, or that its parent ended, until its own end is reported; while
 * nobody reports its lease the board is not whole, and neither is it when no shard is known at all.
 * A lost message takes everything that was known away: what it said of shards is unknown, and what
 * it said of uploads is missing on the board until they are read again (see {@link #gapAt}).
 *
 * <p>Told by the one thread of the bus, asked by any.
 */
final class Freshness {
  /** The stream keeps nothing longer than this, so a shard that old cannot hold news. */
  private static final long FORGET = Duration.ofHours(24).toNanos();

  /** Of a sender that is silent for this long nothing is believed. */
  private static final long SILENCE = Duration.ofMinutes(1).toNanos();

  /**
   * What readers see, in one piece.
   *
   * @param gapAt when messages were last lost; 0, when the hub started, if never
   * @param settledAt from when on what is known of the shards may be believed
   * @param asOf see the class; {@link MonotonicClock#NEVER} if not whole
   */
  private record View(long gapAt, long settledAt, long asOf) {}

  /** One sender's last word. */
  private static final class Report {
    final TransitDelay transit = new TransitDelay();
    long lastNumber;
    long heardAt;
    Map<String, OptionalLong> readToEnd = Map.of();
  }

  private final long settle;
  private final Map<Sender, Report> reports = new HashMap<>();
  // Each with when it was last claimed or first heard of, or when its end was.
  private final Map<String, Long> open = new HashMap<>();
  private final Map<String, Long> closed = new HashMap<>();
  private volatile View view = new View(0, Long.MAX_VALUE, MonotonicClock.NEVER);

  Freshness(Duration settle) {
    this.settle = settle.toNanos();
  }

  /**
   * The moment as of which the board is whole, or {@link MonotonicClock#NEVER}. Any thread.
   *
   * @param now on the monotonic clock, as everywhere here
   */
  long wholeAsOf(long now) {
    View seen = view;
    return now >= seen.settledAt ? seen.asOf : MonotonicClock.NEVER;
  }

  /** The moment before which a reading of an upload says nothing about now. Any thread. */
  long gapAt() {
    return view.gapAt;
  }

  /** Takes a delivery's number into account; true if messages before it were lost. Bus thread. */
  boolean heard(Sender sender, long number, long now) {
    Report report = reports.get(sender);
    long expected = report == null ? 1 : report.lastNumber + 1;
    boolean lost = number > expected;
    if (lost) {
      interrupted(now);
      report = null;
    }
    if (report == null) {
      report = new Report();
      reports.put(sender, report);
    }
    report.lastNumber = Math.max(report.lastNumber, number);
    report.heardAt = now;
    return lost;
  }

  /** Anything may have been lost. Bus thread. */
  void interrupted(long now) {
    // Numbers stay: what each sender says next must follow them.
    for (Report report : reports.values()) {
      report.readToEnd = Map.of();
    }
    open.clear();
    closed.clear();
    view = new View(now, Long.MAX_VALUE, MonotonicClock.NEVER);
  }

  /** Takes a heartbeat into account, after {@link #heard}. Bus thread. */
  void heartbeat(Sender sender, TailHeartbeat heartbeat, long now) {
    Report report = reports.computeIfAbsent(sender, s -> new Report());
    long sentAt = now - report.transit.observe(heartbeat.uptime().toNanos(), now);
    report.heardAt = now;
    report.readToEnd = moments(heartbeat.leased(), sentAt);
    heartbeat.leased().keySet().forEach(shard -> open(shard, now));
    heartbeat.ended().forEach((shard, children) -> end(shard, children, now));
    forgetOld(now);
    View seen = view;
    long settledAt =
        seen.settledAt == Long.MAX_VALUE && !open.isEmpty() ? now + settle : seen.settledAt;
    view = new View(seen.gapAt, settledAt, oldestReadToEnd());
  }

  private static Map<String, OptionalLong> moments(
      Map<String, Optional<Duration>> leased, long sentAt) {
    Map<String, OptionalLong> moments = new HashMap<>();
    leased.forEach((shard, ago) ->
        moments.put(
            shard,
            ago.isPresent()
                ? OptionalLong.of(sentAt - ago.get().toNanos())
                : OptionalLong.empty()));
    return moments;
  }

  private void open(String shard, long now) {
    if (!closed.containsKey(shard)) {
      open.put(shard, now);
    }
  }

  private void end(String shard, List<String> children, long now) {
    if (closed.putIfAbsent(shard, now) != null) {
      return; // heard before; its children may be closed and forgotten by now
    }
    open.remove(shard);
    for (String child : children) {
      if (!closed.containsKey(child)) {
        open.putIfAbsent(child, now);
      }
    }
  }

  private void forgetOld(long now) {
    open.values().removeIf(heardOf -> now - heardOf > FORGET);
    closed.values().removeIf(endedAt -> now - endedAt > 2 * FORGET);
    reports.values().stream()
        .filter(report -> now - report.heardAt > SILENCE)
        .forEach(report -> report.readToEnd = Map.of());
    reports.values().removeIf(report -> now - report.heardAt > FORGET);
  }

  private long oldestReadToEnd() {
    if (open.isEmpty()) {
      return MonotonicClock.NEVER;
    }
    long oldest = Long.MAX_VALUE;
    for (String shard : open.keySet()) {
      oldest = Math.min(oldest, readToEnd(shard));
    }
    return oldest;
  }

  /** Two senders may both believe to have a lease for a while; each did read what it says. */
  private long readToEnd(String shard) {
    long newest = MonotonicClock.NEVER;
    for (Report report : reports.values()) {
      newest =
          Math.max(
              newest,
              report
                  .readToEnd
                  .getOrDefault(shard, OptionalLong.empty())
                  .orElse(MonotonicClock.NEVER));
    }
    return newest;
  }
}
