package dev.headway.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class TransitDelayTest {
  private final TransitDelay transit = new TransitDelay();

  @Test
  void the_delay_is_counted_from_the_quickest_message_whatever_the_clocks_say() {
    assertThat(transit.observe(100, 5_000_100)).isZero();
    assertThat(transit.observe(200, 5_000_230)).isEqualTo(30);
    assertThat(transit.observe(300, 5_000_290)).isZero();
    assertThat(transit.observe(400, 5_000_400)).isEqualTo(10);
  }

  @Test
  void clocks_that_drift_apart_do_not_add_up_to_a_delay() {
    long second = Duration.ofSeconds(1).toNanos();
    long drift = Duration.ofNanos(100_000).toNanos(); // each second: 100 millionths
    long worst = 0;
    for (long i = 0; i < 24 * 3600; i++) {
      worst = Math.max(worst, transit.observe(i * second, i * (second + drift)));
    }
    assertThat(Duration.ofNanos(worst)).isLessThan(Duration.ofMillis(15));
  }
}
