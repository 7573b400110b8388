package dev.headway.chaos;

import dev.headway.bench.Sample;
import dev.headway.chaos.Ledger.Write;
import dev.headway.chaos.Sighting.Arrival;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How stale each version was for each stream: from the end of its write to the first arrival of it
 * or a newer one. For a viewer who had to come back it begins when the stream on which it arrived
 * was open, if that was later; where the table was away, it begins with the table's return.
 */
final class Judgement {
  /** From when to when a fault lasted. */
  record Span(long beganAt, long healedAt) {}

  /**
   * What was seen beside the streams.
   *
   * @param reads of the table, by all nodes, from just before the fault
   * @param wellAfter empty if it did not come to be well again
   * @param writesFailed those that the writer gave up
   * @param reconnectPeak most viewers that came back within one second
   */
  record Course(long reads, Optional<Duration> wellAfter, long writesFailed, int reconnectPeak) {}

  private final Fault fault;
  private final Ledger ledger;
  private final Set<Integer> hit;
  private final Span span;
  private final List<Long> notHitNanos = new ArrayList<>();
  private final List<Long> hitNanos = new ArrayList<>();
  private final List<Long> pollNanos = new ArrayList<>();

  Judgement(Fault fault, Ledger ledger, Set<Integer> hit, Span span) {
    this.fault = fault;
    this.ledger = ledger;
    this.hit = hit;
    this.span = span;
  }

  /**
   * Judges.
   *
   * @param streams what each viewer has seen
   * @param polls what each poller has seen
   */
  Outcome of(List<Sighting> streams, List<Sighting> polls, Course course) {
    streams.forEach(this::measure);
    for (Sighting poll : polls) {
      for (Write write : ledger.of(poll.upload())) {
        poll.firstOf(write.version()).ifPresent(a -> pollNanos.add(a.at() - write.endedAt()));
      }
    }
    var remarks = new ArrayList<String>();
    streams.forEach(stream -> {
      remarks.addAll(stream.remarks());
      if (!stream.hasTerminal()) {
        remarks.add("%s: no terminal event; newest %d".formatted(stream.upload(), stream.newest()));
      }
    });
    polls.forEach(poll -> remarks.addAll(poll.remarks()));
    return new Outcome(
        fault,
        new Outcome.Order(
            count(streams, s -> s.wentBack() > 0) + count(polls, p -> p.wentBack() > 0),
            count(streams, s -> !s.hasTerminal()),
            streams.stream().mapToInt(Sighting::twice).sum(),
            polls.stream().mapToInt(Sighting::olderThanTold).sum()),
        new Outcome.Staleness(
            Sample.of(notHitNanos),
            Sample.of(hitNanos),
            Sample.of(pollNanos),
            Duration.ofNanos(streams.stream().mapToLong(Sighting::longestAway).max().orElse(0))),
        ledger.size(),
        course,
        remarks);
  }

  private static int count(List<Sighting> all, java.util.function.Predicate<Sighting> which) {
    return (int) all.stream().filter(which).count();
  }

  private void measure(Sighting stream) {
    for (Write write : ledger.of(stream.upload())) {
      Optional<Arrival> first = stream.firstOf(write.version());
      first.ifPresent(arrival -> measure(write, arrival));
    }
  }

  private void measure(Write write, Arrival arrival) {
    var over = arrival.over();
    boolean wasThere = over.openedAt() <= write.endedAt();
    long from = Math.max(write.endedAt(), over.openedAt());
    if (fault.isCountedFromItsEnd()
        && write.endedAt() < span.healedAt()
        && arrival.at() > span.healedAt()) {
      from = Math.max(from, span.healedAt());
    }
    // Early, where the writer heard of its own write after the viewer did.
    long nanos = Math.max(0, arrival.at() - from);
    (wasThere && !hit.contains(over.node()) ? notHitNanos : hitNanos).add(nanos);
  }
}
