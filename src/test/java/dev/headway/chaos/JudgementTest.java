package dev.headway.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.status.UploadId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class JudgementTest {
  private static final int HIT = 1;
  private static final int WELL = 2;
  private static final Judgement.Span SPAN = new Judgement.Span(seconds(10), seconds(20));
  private static final Judgement.Course COURSE =
      new Judgement.Course(0, Optional.of(Duration.ZERO), 0, 0);

  private final UploadId upload = UploadId.random();
  private final Ledger ledger = new Ledger();
  private final Sighting stream = new Sighting(upload);

  @Test
  void a_version_counts_from_its_write_to_the_first_arrival_of_it_or_a_newer_one() {
    var over = stream.opened(WELL, 0);
    ledger.wrote(upload, 2, seconds(1));
    ledger.wrote(upload, 3, seconds(2));
    stream.arrived(3, false, seconds(4), over);
    var staleness = judged(Fault.NODE_FROZEN).staleness();
    assertThat(staleness.notHit().millis(0)).isEqualTo(2_000);
    assertThat(staleness.notHit().millis(100)).isEqualTo(3_000);
    assertThat(staleness.hit().size()).isZero();
  }

  @Test
  void who_had_to_come_back_counts_from_the_new_stream_on() {
    var first = stream.opened(HIT, 0);
    stream.closed(first, seconds(10));
    ledger.wrote(upload, 2, seconds(11));
    var second = stream.opened(WELL, seconds(15));
    stream.arrived(2, true, seconds(16), second);
    var staleness = judged(Fault.TAIL_OWNER_KILLED).staleness();
    assertThat(staleness.hit().millis(100)).isEqualTo(1_000);
    assertThat(staleness.notHit().size()).isZero();
    assertThat(staleness.away()).isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void who_stays_on_a_node_that_was_hit_has_the_bound_of_the_hit() {
    var over = stream.opened(HIT, 0);
    ledger.wrote(upload, 2, seconds(11));
    stream.arrived(2, true, seconds(31), over);
    assertThat(judged(Fault.NODE_FROZEN).broken()).isEmpty();
    assertThat(judged(Fault.NODE_UNHEARD).broken())
        .singleElement()
        .asString()
        .contains("20000 ms", "3000 ms");
  }

  @Test
  void while_the_table_is_away_nothing_counts_until_it_is_back() {
    var over = stream.opened(WELL, 0);
    ledger.wrote(upload, 2, seconds(9));
    stream.arrived(2, true, seconds(21), over);
    assertThat(judged(Fault.DYNAMODB_AWAY).staleness().notHit().millis(100)).isEqualTo(1_000);
    assertThat(judged(Fault.REDIS_KILLED).staleness().notHit().millis(100)).isEqualTo(12_000);
  }

  @Test
  void an_older_version_is_noticed_over_any_connection() {
    stream.arrived(5, false, 1, stream.opened(HIT, 0));
    stream.arrived(4, true, 3, stream.opened(WELL, 2));
    var order = judged(Fault.HEALTHY).order();
    assertThat(order.wentBack()).isEqualTo(1);
    assertThat(order.twice()).isZero();
  }

  @Test
  void the_same_version_is_noticed_over_one_connection_only() {
    var over = stream.opened(HIT, 0);
    stream.arrived(5, false, 1, over);
    stream.arrived(5, false, 2, over);
    stream.arrived(5, true, 4, stream.opened(WELL, 3));
    var order = judged(Fault.HEALTHY).order();
    assertThat(order.twice()).isEqualTo(1);
    assertThat(order.wentBack()).isZero();
  }

  @Test
  void a_stream_without_a_terminal_event_is_a_loss() {
    stream.arrived(5, false, 1, stream.opened(HIT, 0));
    assertThat(judged(Fault.HEALTHY).order().noTerminal()).isEqualTo(1);
    assertThat(judged(Fault.HEALTHY).brokenOrder()).hasSize(1);
  }

  private Outcome judged(Fault fault) {
    return new Judgement(fault, ledger, Set.of(HIT), SPAN).of(List.of(stream), List.of(), COURSE);
  }

  private static long seconds(int n) {
    return Duration.ofSeconds(n).toNanos();
  }
}
