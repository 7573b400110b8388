package dev.headway.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackoffTest {
  private static final Backoff BACKOFF =
      new Backoff(100, Duration.ofMillis(25), Duration.ofMillis(1000));

  @ParameterizedTest
  @CsvSource({"1, 25", "2, 50", "3, 100", "6, 800", "7, 1000", "8, 1000", "64, 1000", "99, 1000"})
  void a_delay_is_anything_up_to_a_bound_that_doubles(int attempts, int boundMillis) {
    var random = new Random(1);
    var bound = Duration.ofMillis(boundMillis);
    var longest = Duration.ZERO;
    for (int i = 0; i < 1000; i++) {
      var delay = BACKOFF.after(attempts, random).orElseThrow();
      assertThat(delay).isBetween(Duration.ZERO, bound);
      longest = delay.compareTo(longest) > 0 ? delay : longest;
    }
    assertThat(longest).isGreaterThan(bound.multipliedBy(9).dividedBy(10));
  }

  @Test
  void there_is_no_delay_after_the_last_attempt() {
    assertThat(BACKOFF.after(99, new Random(1))).isPresent();
    assertThat(BACKOFF.after(100, new Random(1))).isEmpty();
  }

  @Test
  void nonsense_is_refused() {
    var second = Duration.ofSeconds(1);
    assertThatIllegalArgumentException().isThrownBy(() -> new Backoff(0, second, second));
    assertThatIllegalArgumentException().isThrownBy(() -> new Backoff(1, Duration.ZERO, second));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Backoff(1, second, Duration.ofMillis(1)));
  }
}
