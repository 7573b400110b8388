package dev.headway.tail;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RestartDelayTest {
  private static final Duration SHORT_RUN = Duration.ofSeconds(3);
  private static final Duration GOOD_RUN = Duration.ofMinutes(1);
  private static final Duration SECOND = Duration.ofSeconds(1);

  @Test
  void the_delay_doubles_while_runs_stay_short_and_stops_at_thirty_seconds() {
    RestartDelay delay = RestartDelay.of(SECOND);
    for (int seconds : new int[] {1, 2, 4, 8, 16, 30, 30}) {
      delay = delay.dueAfter(SHORT_RUN);
      assertThat(delay.next()).isEqualTo(Duration.ofSeconds(seconds));
      delay = delay.passed();
    }
  }

  @Test
  void after_a_good_run_the_delay_is_the_first_one_again() {
    RestartDelay tired = RestartDelay.of(SECOND).passed().passed();
    assertThat(tired.dueAfter(GOOD_RUN).next()).isEqualTo(SECOND);
    assertThat(tired.dueAfter(GOOD_RUN.minusNanos(1))).isEqualTo(tired);
  }
}
