package dev.headway.sse;

import static dev.headway.hub.Records.change;
import static dev.headway.hub.Records.completed;
import static dev.headway.hub.Records.id;
import static dev.headway.hub.Records.processing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headway.hub.Change;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class OpeningTest {
  private static final Change LIVE = change(processing(id("a"), 17));
  private static final Change OVER = change(completed(id("a"), 17));

  @Test
  void a_reader_without_an_id_or_with_another_one_gets_the_snapshot() {
    assertThat(Opening.of(LIVE, OptionalLong.empty())).isEqualTo(Opening.SNAPSHOT);
    assertThat(Opening.of(LIVE, OptionalLong.of(16))).isEqualTo(Opening.SNAPSHOT);
    assertThat(Opening.of(LIVE, OptionalLong.of(18))).isEqualTo(Opening.SNAPSHOT);
    assertThat(Opening.of(OVER, OptionalLong.of(16))).isEqualTo(Opening.SNAPSHOT);
    assertThat(Opening.of(OVER, OptionalLong.of(18))).isEqualTo(Opening.SNAPSHOT);
  }

  @Test
  void a_reader_that_has_the_current_record_gets_a_comment_or_is_told_to_stop() {
    assertThat(Opening.of(LIVE, OptionalLong.of(17))).isEqualTo(Opening.CAUGHT_UP);
    assertThat(Opening.of(OVER, OptionalLong.of(17))).isEqualTo(Opening.NOTHING_LEFT);
  }

  @Test
  void a_retry_lies_in_its_range_and_is_spread_over_it() {
    Retry retry = StreamConfig.standard().retry();
    var random = new Random(1);
    var pauses =
        random.ints(1000).mapToLong(i -> retry.next(random).toMillis()).summaryStatistics();
    assertThat(pauses.getMin()).isBetween(500L, 520L);
    assertThat(pauses.getMax()).isBetween(1980L, 2000L);
    assertThatThrownBy(() -> new Retry(Duration.ofSeconds(2), Duration.ofSeconds(1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void both_ends_of_a_range_are_possible_and_one_of_no_width_is_a_range() {
    var random = new Random(1);
    var narrow = new Retry(Duration.ofMillis(5), Duration.ofMillis(6));
    assertThat(random.ints(100).mapToObj(i -> narrow.next(random)).distinct())
        .containsExactlyInAnyOrder(Duration.ofMillis(5), Duration.ofMillis(6));
    var one = new Retry(Duration.ofMillis(5), Duration.ofMillis(5));
    assertThat(one.next(random)).isEqualTo(Duration.ofMillis(5));
  }

  private static StreamConfig with(
      Duration heartbeat, int events, Duration write, int queue, Duration sweep, Duration tick) {
    Retry retry = StreamConfig.standard().retry();
    return new StreamConfig(
        heartbeat, events, write, Duration.ZERO, queue, retry, retry, sweep, tick);
  }

  @Test
  void a_configuration_goes_to_its_limits_and_no_further() {
    Duration none = Duration.ZERO;
    Duration ms = Duration.ofMillis(1);
    Duration two = Duration.ofMillis(2);
    assertThat(with(ms, 1, ms, 1024, ms, ms).eventsPerSecond()).isEqualTo(1);
    assertThat(with(two, 1000, ms, 1024, two, ms).eventsPerSecond()).isEqualTo(1000);
    for (ThrowingCallable wrong :
        List.<ThrowingCallable>of(
            () -> with(none, 1, ms, 1024, ms, ms),
            () -> with(ms, 0, ms, 1024, ms, ms),
            () -> with(ms, 1001, ms, 1024, ms, ms),
            () -> with(ms, 1, none, 1024, ms, ms),
            () -> with(ms, 1, ms, 1023, ms, ms),
            () -> with(two, 1, ms, 1024, ms, two),
            () -> with(ms, 1, ms, 1024, two, ms),
            () -> with(ms, 1, ms, 1024, none, none))) {
      assertThatThrownBy(wrong).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void a_token_ends_on_the_ticker_however_far_away_its_end_is() {
    Instant now = Instant.parse("2025-01-09T10:00:00Z");
    Token token = Token.until(now.plusSeconds(100), now, -5, Duration.ofSeconds(60));
    assertThat(token.isNearItsEnd(Duration.ofSeconds(40).toNanos() - 6)).isFalse();
    assertThat(token.isNearItsEnd(Duration.ofSeconds(40).toNanos() - 5)).isTrue();
    assertThat(token.isOver(Duration.ofSeconds(100).toNanos() - 6)).isFalse();
    assertThat(token.isOver(Duration.ofSeconds(100).toNanos() - 5)).isTrue();
    assertThat(token.notice()).isEqualTo("{\"expiresAt\":\"2025-01-09T10:01:40Z\"}");
    assertThat(Token.until(Instant.MAX, now, 0, Duration.ZERO).isOver(Long.MAX_VALUE / 1000))
        .isFalse();
    assertThat(Token.until(now.minusSeconds(1), now, 7, Duration.ZERO).isOver(7)).isTrue();
  }

  @Test
  void the_standard_configuration_is_what_the_contract_promises() {
    assertThat(StreamConfig.standard())
        .isEqualTo(
            new StreamConfig(
                Duration.ofSeconds(15),
                10,
                Duration.ofSeconds(30),
                Duration.ofSeconds(60),
                1024,
                new Retry(Duration.ofMillis(500), Duration.ofMillis(2000)),
                new Retry(Duration.ofMillis(500), Duration.ofMillis(5000)),
                Duration.ofSeconds(1),
                Duration.ofMillis(50)));
  }
}
