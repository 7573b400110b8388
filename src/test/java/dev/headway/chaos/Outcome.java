package dev.headway.chaos;

import dev.headway.bench.Sample;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What one row came to. */
record Outcome(
    Fault fault,
    Order order,
    Staleness staleness,
    int writes,
    Judgement.Course course,
    List<String> remarks) {
  private static final double HEALTHY_P99_MILLIS = 300;

  /**
   * What must never happen.
   *
   * @param wentBack streams and pollers that were shown an older version than before
   * @param noTerminal streams that never saw their terminal event
   * @param twice events that one connection got for the second time
   * @param olderThanTold polls that were older than their {@code Age}
   */
  record Order(int wentBack, int noTerminal, int twice, int olderThanTold) {
    boolean isKept() {
      return wentBack == 0 && noTerminal == 0 && twice == 0 && olderThanTold == 0;
    }
  }

  /**
   * How late it came.
   *
   * @param notHit viewers of nodes that were not hit themselves
   * @param hit viewers of nodes that were, and of whoever had to come back
   * @param polled of polls every two seconds
   * @param away the longest that a viewer was without a stream
   */
  record Staleness(Sample notHit, Sample hit, Sample polled, Duration away) {}

  static final String HEADER =
      """
      | fault | back | no end | twice | false Age | p50 ms | p99 ms | max ms | hit: max ms | away ms | polled: max ms | reads | reconnects/s | well after s |
      |---|---|---|---|---|---|---|---|---|---|---|---|---|---|\
      """;

  String row() {
    return "| %s | %d | %d | %d | %d | %s | %s | %s | %s | %d | %s | %d | %d | %s |"
        .formatted(
            fault.title(),
            order.wentBack,
            order.noTerminal,
            order.twice,
            order.olderThanTold,
            millis(staleness.notHit, 50),
            millis(staleness.notHit, 99),
            millis(staleness.notHit, 100),
            millis(staleness.hit, 100),
            staleness.away.toMillis(),
            millis(staleness.polled, 100),
            course.reads(),
            course.reconnectPeak(),
            course.wellAfter().map(d -> "%.1f".formatted(d.toMillis() / 1e3)).orElse("never"));
  }

  private static String millis(Sample sample, double percent) {
    return sample.size() == 0 ? "–" : "%.0f".formatted(sample.millis(percent));
  }

  /** A sentence for each promise about order, loss and duplicates that was broken. */
  List<String> brokenOrder() {
    var broken = new ArrayList<String>();
    say(broken, order.wentBack, "streams or pollers went back in version");
    say(broken, order.noTerminal, "streams never saw their terminal event");
    say(broken, order.twice, "events came twice on one connection");
    say(broken, order.olderThanTold, "polls were older than their Age");
    return broken;
  }

  private void say(List<String> broken, int count, String what) {
    if (count > 0) {
      broken.add("%s: %d %s".formatted(fault.title(), count, what));
    }
  }

  /** A sentence for each promise that was broken. */
  List<String> broken() {
    var broken = brokenOrder();
    if (fault == Fault.HEALTHY && staleness.notHit.millis(99) > HEALTHY_P99_MILLIS) {
      broken.add(
          "%s: p99 %.0f ms is over %.0f ms"
              .formatted(fault.title(), staleness.notHit.millis(99), HEALTHY_P99_MILLIS));
    }
    late(broken, "not hit", staleness.notHit, Fault.STALE_AT_MOST);
    late(broken, "hit", staleness.hit, fault.boundForHit());
    if (course.wellAfter().isEmpty()) {
      broken.add("%s: the cluster did not come to be well again".formatted(fault.title()));
    }
    return broken;
  }

  private void late(List<String> broken, String whose, Sample sample, Duration bound) {
    if (sample.size() > 0 && sample.millis(100) > bound.toMillis()) {
      broken.add(
          "%s: a viewer of a node %s waited %.0f ms, over %d ms"
              .formatted(fault.title(), whose, sample.millis(100), bound.toMillis()));
    }
  }
}
