package dev.headway.hub;

import dev.headway.hub.BusMessage.TailHeartbeat;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Whether the board is whole, and as of when: every change that was written before that moment has
 * come over the bus.
 *
 * <p>It is the oldest read-to-end over all open shards. Which shards are open is listed at start
 * and after every loss of messages (see {@link #listed}); from then on the bus tells: an owner
 * reports what it leases, and the end of a shard names its children. Without a list, without a
 * shard, or with a shard of which nobody has told that it was read, the board is not whole.
 *
 * <p>A lost message takes from the board what it said of uploads, until they are read again (see
 * {@link #gapAt}). What owners said before of how far they had read stays true, and gets old.
 *
 * <p>Any thread.
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
   * @param listedAt when the list of open shards was asked for that is believed since; {@link
   *     MonotonicClock#NEVER} if it has to be asked for (again)
   * @param asOf see the class; {@link MonotonicClock#NEVER} if not whole
   */
  private record View(long gapAt, long listedAt, long asOf) {}

  /** One sender's last word. */
  private static final class Report {
    final TransitDelay transit = new TransitDelay();
    long lastNumber;
    long heardAt;
    Map<String, OptionalLong> readToEnd = Map.of();
  }

  private final Map<Sender, Report> reports = new HashMap<>();
  // Each with when it was last claimed or first heard of, or when its end was.
  private final Map<String, Long> open = new HashMap<>();
  private final Map<String, Long> closed = new HashMap<>();
  // Since when the list has been in doubt for another reason than a loss.
  private long listAfter;
  private volatile View view = new View(0, MonotonicClock.NEVER, MonotonicClock.NEVER);

  /** The moment as of which the board is whole, or {@link MonotonicClock#NEVER}. */
  long wholeAsOf() {
    return view.asOf;
  }

  /** The moment before which a reading of an upload says nothing about now. */
  long gapAt() {
    return view.gapAt;
  }

  /**
   * When the list was asked for that is believed; {@link MonotonicClock#NEVER} if one is needed.
   */
  long listedAt() {
    return view.listedAt;
  }

  /** Takes a delivery's number into account; true if messages before it were lost. */
  synchronized boolean heard(Sender sender, long number, long now) {
    Report report = reports.get(sender);
    long expected = report == null ? 1 : report.lastNumber + 1;
    if (report == null) {
      report = new Report();
      reports.put(sender, report);
    }
    report.lastNumber = Math.max(report.lastNumber, number);
    report.heardAt = now;
    boolean lost = number > expected;
    if (lost) {
      interrupted(now);
    }
    return lost;
  }

  /** Anything may have been lost, also the end of a shard. */
  synchronized void interrupted(long now) {
    view = new View(now, MonotonicClock.NEVER, MonotonicClock.NEVER);
  }

  /**
   * Takes a list of the open shards into account.
   *
   * @param shards every shard that may still bring changes which nobody has read; more does no harm
   * @param askedAt from when on the list is surely complete; one from before the last loss of
   *     messages is of no use
   */
  synchronized void listed(Set<String> shards, long askedAt, long now) {
    if (askedAt < Math.max(view.gapAt, listAfter) || shards.isEmpty()) {
      return;
    }
    open.values().removeIf(heardOf -> heardOf < askedAt);
    shards.forEach(shard -> open(shard, now));
    view = new View(view.gapAt, askedAt, oldestReadToEnd());
  }

  /** Takes a heartbeat into account, after {@link #heard}. */
  synchronized void heartbeat(Sender sender, TailHeartbeat heartbeat, long now) {
    Report report = reports.computeIfAbsent(sender, s -> new Report());
    long sentAt = now - report.transit.observe(heartbeat.uptime().toNanos(), now);
    report.heardAt = now;
    report.readToEnd = moments(heartbeat.leased(), sentAt);
    heartbeat.leased().keySet().forEach(shard -> open(shard, now));
    heartbeat.ended().forEach((shard, children) -> end(shard, children, now));
    forgetOld(now);
    if (view.listedAt != MonotonicClock.NEVER) {
      view = new View(view.gapAt, view.listedAt, oldestReadToEnd());
    }
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
    if (children.isEmpty()) {
      // Only the last shard of a stream has none; more likely the child is not listed yet.
      view = new View(view.gapAt, MonotonicClock.NEVER, MonotonicClock.NEVER);
      listAfter = now;
    }
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
