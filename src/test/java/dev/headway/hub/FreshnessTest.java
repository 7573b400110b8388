package dev.headway.hub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.hub.BusMessage.TailHeartbeat;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Time in these tests is in milliseconds, on the clock of the receiver. */
class FreshnessTest {
  private static final Sender N1 = new Sender("n1", 1);
  private static final Sender N2 = new Sender("n2", 1);
  private static final long NOT_WHOLE = -1;

  private final Freshness freshness = new Freshness();
  private final Map<Sender, Long> numbers = new HashMap<>();

  private static long nanos(long millis) {
    return Duration.ofMillis(millis).toNanos();
  }

  /** Reports at {@code now}, with the time since each shard was read to its end; -1 for not yet. */
  private void report(Sender sender, long now, Map<String, Long> leased) {
    report(sender, now, leased, Map.of());
  }

  private void report(
      Sender sender, long now, Map<String, Long> leased, Map<String, List<String>> ended) {
    report(sender, now, now, leased, ended);
  }

  private void report(
      Sender sender,
      long sentAt,
      long now,
      Map<String, Long> leased,
      Map<String, List<String>> ended) {
    freshness.heard(sender, numbers.merge(sender, 1L, Long::sum), nanos(now));
    Map<String, Optional<Duration>> ago = new HashMap<>();
    leased.forEach((shard, millis) ->
        ago.put(shard, millis < 0 ? Optional.empty() : Optional.of(Duration.ofMillis(millis))));
    freshness.heartbeat(
        sender, new TailHeartbeat(Duration.ofMillis(sentAt), ago, ended), nanos(now));
  }

  private long wholeAsOf() {
    long moment = freshness.wholeAsOf();
    return moment == MonotonicClock.NEVER ? NOT_WHOLE : Duration.ofNanos(moment).toMillis();
  }

  private void list(long askedAt, String... shards) {
    freshness.listed(Set.of(shards), nanos(askedAt), nanos(askedAt + 10));
  }

  private void settleWith(Map<String, Long> leased) {
    freshness.listed(leased.keySet(), nanos(1000), nanos(1010));
    report(N1, 4000, leased);
  }

  @Test
  void a_board_that_heard_of_no_shard_is_not_whole() {
    assertThat(wholeAsOf()).isEqualTo(NOT_WHOLE);
    report(N1, 10_000, Map.of());
    assertThat(wholeAsOf()).isEqualTo(NOT_WHOLE);
  }

  @Test
  void it_is_whole_as_of_the_oldest_read_to_end() {
    settleWith(Map.of("s1", 100L, "s2", 300L));
    assertThat(wholeAsOf()).isEqualTo(3700);
  }

  @Test
  void a_shard_that_was_leased_but_not_read_to_its_end_keeps_it_from_being_whole() {
    settleWith(Map.of("s1", 100L, "s2", -1L));
    assertThat(wholeAsOf()).isEqualTo(NOT_WHOLE);
    report(N1, 5000, Map.of("s1", 100L, "s2", 50L));
    assertThat(wholeAsOf()).isEqualTo(4900);
  }

  @Test
  void nothing_is_believed_before_the_shards_were_listed() {
    report(N1, 1000, Map.of("s1", 0L));
    assertThat(wholeAsOf()).isEqualTo(NOT_WHOLE);
    list(1100, "s1", "s2");
    assertThat(wholeAsOf()).isEqualTo(NOT_WHOLE);
    report(N2, 2000, Map.of("s2", 100L));
    assertThat(wholeAsOf()).isEqualTo(1000);
  }

  @Test
  void an_empty_list_is_none() {
    report(N1, 1000, Map.of("s1", 0L));
    list(1100);
    assertThat(freshness.listedAt()).isEqualTo(MonotonicClock.NEVER);
    assertThat(wholeAsOf()).isEqualTo(NOT_WHOLE);
  }

  @Test
  void a_shard_that_came_after_the_list_was_asked_for_stays() {
    settleWith(Map.of("s1", 0L));
    report(N1, 5000, Map.of(), Map.of("s1", List.of("c1")));
    list(4500, "s1");
    assertThat(wholeAsOf()).isEqualTo(NOT_WHOLE);
    report(N2, 6000, Map.of("c1", 0L));
    assertThat(wholeAsOf()).isEqualTo(6000);
  }

  @Test
  void a_shard_whose_end_nobody_heard_goes_with_the_next_list() {
    settleWith(Map.of("s1", 0L));
    report(N2, 5000, Map.of("c1", 0L));
    assertThat(wholeAsOf()).isEqualTo(4000);
    list(6000, "c1");
    assertThat(wholeAsOf()).isEqualTo(5000);
  }

  @Test
  void the_moment_stands_still_while_the_owner_is_silent() {
    settleWith(Map.of("s1", 100L));
    assertThat(wholeAsOf()).isEqualTo(3900);
  }

  @Test
  void a_released_shard_keeps_it_from_being_whole_until_somebody_has_read_it() {
    settleWith(Map.of("s1", 100L));
    report(N1, 5000, Map.of());
    assertThat(wholeAsOf()).isEqualTo(NOT_WHOLE);
    report(N2, 6000, Map.of("s1", -1L));
    assertThat(wholeAsOf()).isEqualTo(NOT_WHOLE);
    report(N2, 7000, Map.of("s1", 10L));
    assertThat(wholeAsOf()).isEqualTo(6990);
  }

  @Test
  void the_children_of_an_ended_shard_must_be_claimed_and_read() {
    settleWith(Map.of("s1", 100L));
    Map<String, List<String>> ended = Map.of("s1", List.of("c1", "c2"));
    report(N1, 5000, Map.of(), ended);
    assertThat(wholeAsOf()).isEqualTo(NOT_WHOLE);
    report(N1, 6000, Map.of("c1", 0L), ended);
    assertThat(wholeAsOf()).isEqualTo(NOT_WHOLE);
    report(N2, 6500, Map.of("c2", 200L));
    assertThat(wholeAsOf()).isEqualTo(6000);
  }

  @Test
  void after_the_end_of_a_shard_without_children_the_shards_must_be_listed_again() {
    settleWith(Map.of("s1", 100L, "s2", 100L));
    report(N1, 5000, Map.of("s2", 100L), Map.of("s1", List.of()));
    report(N1, 5100, Map.of("s2", 100L), Map.of("s1", List.of()));
    assertThat(wholeAsOf()).isEqualTo(NOT_WHOLE);
    list(4990, "s2"); // was asked before
    assertThat(wholeAsOf()).isEqualTo(NOT_WHOLE);
    list(5200, "s2", "s3");
    assertThat(wholeAsOf()).isEqualTo(NOT_WHOLE);
    report(N1, 6000, Map.of("s2", 100L, "s3", 200L), Map.of("s1", List.of()));
    assertThat(wholeAsOf()).isEqualTo(5800);
  }

  @Test
  void an_ended_shard_does_not_come_back_by_a_late_report_nor_its_children_by_a_repeated_one() {
    settleWith(Map.of("s1", 100L));
    Map<String, List<String>> first = Map.of("s1", List.of("c1"));
    report(N1, 5000, Map.of("c1", 0L), first);
    report(N2, 5100, Map.of("s1", 2000L));
    assertThat(wholeAsOf()).isEqualTo(5000);
    Map<String, List<String>> both = Map.of("s1", List.of("c1"), "c1", List.of("d1"));
    report(N1, 6000, Map.of("d1", 0L), both);
    report(N1, 7000, Map.of("d1", 0L), both);
    assertThat(wholeAsOf()).isEqualTo(7000);
  }

  @Test
  void a_shard_whose_owner_died_is_vouched_for_by_the_next_one() {
    settleWith(Map.of("s1", 100L));
    report(N2, 20_000, Map.of("s1", 30L));
    assertThat(wholeAsOf()).isEqualTo(19_970);
  }

  @Test
  void of_an_owner_that_was_silent_for_long_nothing_is_believed() {
    list(0, "s1", "s2");
    report(N1, 1000, Map.of("s1", 0L));
    report(N2, 1000, Map.of("s2", 0L));
    report(N2, 90_000, Map.of("s2", 0L));
    assertThat(wholeAsOf()).isEqualTo(NOT_WHOLE);
  }

  @Test
  void after_a_lost_message_the_shards_must_be_listed_again() {
    settleWith(Map.of("s1", 100L));
    assertThat(freshness.gapAt()).isZero();
    numbers.merge(N1, 1L, Long::sum);
    report(N1, 5000, Map.of("s1", 0L));
    assertThat(freshness.gapAt()).isEqualTo(nanos(5000));
    assertThat(wholeAsOf()).isEqualTo(NOT_WHOLE);
    list(4999, "s1");
    assertThat(wholeAsOf()).isEqualTo(NOT_WHOLE);
    list(5000, "s1");
    assertThat(wholeAsOf()).isEqualTo(5000);
  }

  @Test
  void the_first_message_of_a_sender_that_is_not_its_first_is_a_loss() {
    assertThat(freshness.heard(N1, 3, nanos(1000))).isTrue();
    assertThat(freshness.heard(N1, 4, nanos(1001))).isFalse();
    assertThat(freshness.heard(N1, 4, nanos(1002))).isFalse();
    assertThat(freshness.heard(N1, 6, nanos(1003))).isTrue();
    assertThat(freshness.heard(new Sender("n1", 2), 1, nanos(1004))).isFalse();
  }

  @Test
  void an_interruption_counts_as_a_loss() {
    settleWith(Map.of("s1", 100L));
    freshness.interrupted(nanos(4500));
    assertThat(wholeAsOf()).isEqualTo(NOT_WHOLE);
    assertThat(freshness.gapAt()).isEqualTo(nanos(4500));
  }

  @Test
  void a_heartbeat_that_was_long_under_way_says_what_it_said_when_it_was_sent() {
    settleWith(Map.of("s1", 100L));
    report(N1, 5000, 8000, Map.of("s1", 100L), Map.of());
    assertThat(wholeAsOf()).isEqualTo(4900);
  }

  @Test
  void a_shard_that_nobody_claims_for_a_day_is_forgotten() {
    settleWith(Map.of("s1", 0L, "s2", 0L));
    long dayLater = Duration.ofHours(25).toMillis();
    report(N1, dayLater, Map.of("s1", 0L));
    assertThat(wholeAsOf()).isEqualTo(dayLater);
  }
}
