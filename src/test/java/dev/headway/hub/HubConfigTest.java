package dev.headway.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class HubConfigTest {
  @Test
  void the_defaults_are_these() {
    assertThat(HubConfig.standard())
        .isEqualTo(
            new HubConfig(
                Duration.ofSeconds(2),
                Duration.ofSeconds(2),
                Duration.ofSeconds(60),
                Duration.ofSeconds(120),
                20_000,
                Duration.ofSeconds(5),
                Duration.ofSeconds(2),
                Duration.ofSeconds(1),
                256));
  }

  @Test
  void a_heartbeat_and_a_half_fit_into_the_age_that_polls_accept() {
    HubConfig config = HubConfig.standard();
    assertThat(config.heartbeatEvery().multipliedBy(3).dividedBy(2)).isLessThan(config.maxAge());
  }

  @Test
  void nonsense_is_refused() {
    Duration second = Duration.ofSeconds(1);
    assertThatThrownBy(() ->
            new HubConfig(second, second, second, second, 1, second, Duration.ZERO, second, 1))
        .hasMessageContaining("resyncEvery");
    assertThatThrownBy(
            () -> new HubConfig(second, second, second, second, 0, second, second, second, 1))
        .hasMessageContaining("recentlyRead");
  }
}
