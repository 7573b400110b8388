package dev.headway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.cli.NextAttempt.Transport;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NextAttemptTest {
  private static final Optional<Duration> UNASKED = Optional.empty();

  private static Optional<Duration> millis(long millis) {
    return Optional.of(Duration.ofMillis(millis));
  }

  @Test
  void the_stream_comes_first_and_at_once() {
    assertThat(NextAttempt.first().transport()).isEqualTo(Transport.STREAM);
    assertThat(NextAttempt.first().delay()).isZero();
  }

  @Test
  void what_the_service_asked_for_is_kept_for_later_cuts() {
    var next = NextAttempt.first().afterNews(millis(1500));
    assertThat(next.delay()).hasMillis(1500);
    assertThat(next.afterNews(UNASKED).delay()).hasMillis(1500);
    assertThat(next.afterFailure(UNASKED).delay()).hasMillis(1500);
  }

  @Test
  void a_service_that_asks_for_no_wait_is_not_hammered() {
    assertThat(NextAttempt.first().afterNews(millis(0)).delay()).isPositive();
    assertThat(NextAttempt.first().afterSilence(millis(0)).delay()).isPositive();
  }

  @Test
  void failures_are_met_with_more_and_more_patience_up_to_a_bound() {
    var next = NextAttempt.first().afterNews(millis(1000));
    var delays = new long[6];
    for (int i = 0; i < delays.length; i++) {
      next = next.afterFailure(UNASKED);
      delays[i] = next.delay().toSeconds();
    }
    assertThat(delays).containsExactly(1, 2, 4, 8, 10, 10);
    assertThat(next.transport()).isEqualTo(Transport.STREAM);
    assertThat(next.afterNews(UNASKED).afterFailure(UNASKED).delay()).hasSeconds(1);
  }

  @Test
  void news_between_forgive_streams_that_brought_nothing() {
    var next =
        NextAttempt.first()
            .afterSilence(UNASKED)
            .afterSilence(UNASKED)
            .afterNews(UNASKED)
            .afterSilence(UNASKED)
            .afterSilence(UNASKED);
    assertThat(next.transport()).isEqualTo(Transport.STREAM);
    assertThat(next.afterSilence(UNASKED).transport()).isEqualTo(Transport.POLL);
  }

  @Test
  void a_poll_is_never_sooner_than_the_contract_says() {
    var polling = NextAttempt.first().withoutStream();
    assertThat(polling.delay()).isZero();
    assertThat(polling.afterPoll(UNASKED).delay()).hasSeconds(2);
    assertThat(polling.afterPoll(millis(0)).delay()).hasSeconds(2);
    assertThat(polling.afterPoll(millis(9000)).delay()).hasSeconds(9);
    assertThat(polling.afterFailure(UNASKED).transport()).isEqualTo(Transport.POLL);
  }
}
