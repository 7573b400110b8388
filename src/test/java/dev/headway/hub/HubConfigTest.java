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
                Duration.ofMillis(1500),
                Duration.ofSeconds(2),
                Duration.ofMillis(500),
                256));
  }

  @Test
  void a_lost_heartbeat_does_not_make_the_tail_silent_and_a_silent_tail_is_noticed_before_polls() {
    HubConfig config = HubConfig.standard();
    assertThat(config.heartbeatEvery().multipliedBy(5).dividedBy(2))
        .isLessThan(config.tailPatience());
    assertThat(config.tailPatience()).isLessThan(config.maxAge());
  }

  @Test
  void nonsense_is_refused() {
    Duration second = Duration.ofSeconds(1);
    assertThatThrownBy(() ->
            new HubConfig(
                second, second, second, second, 1, second, second, Duration.ZERO, second, 1))
        .hasMessageContaining("resyncEvery");
    assertThatThrownBy(() ->
            new HubConfig(second, second, second, second, 0, second, second, second, second, 1))
        .hasMessageContaining("recentlyRead");
  }
}
