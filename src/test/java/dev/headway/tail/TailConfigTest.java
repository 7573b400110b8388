package dev.headway.tail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TailConfigTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  @Test
  void only_the_local_preset_takes_leases_from_others() {
    assertThat(TailConfig.local("me").soleWorker()).isTrue();
    assertThat(TailConfig.cluster("me").soleWorker()).isFalse();
  }

  @Test
  void a_cluster_fails_over_as_measured() {
    TailConfig cluster = TailConfig.cluster("me");
    assertThat(cluster.failover()).isEqualTo(Duration.ofSeconds(2));
    assertThat(cluster.assignment()).isEqualTo(Duration.ofSeconds(1));
    assertThat(cluster.leaderLease()).isEqualTo(Duration.ofSeconds(4));
    assertThat(cluster.leaderHeartbeat()).isEqualTo(Duration.ofSeconds(1));
    assertThat(cluster.presence()).isEqualTo(Duration.ofSeconds(3));
    assertThat(cluster.restartAfter()).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void another_name_changes_nothing_else() {
    TailConfig local = TailConfig.local("me");
    assertThat(local.named("other").applicationName()).isEqualTo("other");
    assertThat(local.named("other").named(local.applicationName())).isEqualTo(local);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "ab", "with space", "a/b"})
  void a_name_that_cannot_be_a_table_is_refused(String name) {
    var local = TailConfig.local("me");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> local.named(name))
        .withMessageContaining("table name");
  }

  @Test
  void a_name_leaves_room_for_the_suffixes_of_KCLs_tables() {
    var local = TailConfig.local("me");
    assertThat(local.named("n".repeat(237)).applicationName()).hasSize(237);
    assertThatIllegalArgumentException().isThrownBy(() -> local.named("n".repeat(238)));
  }

  @Test
  void a_worker_without_an_id_is_refused() {
    assertThatIllegalArgumentException().isThrownBy(() -> TailConfig.local(" "));
  }

  @Test
  void a_leader_lease_that_one_lost_heartbeat_would_end_is_refused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> withTimes(SECOND, SECOND, SECOND))
        .withMessageContaining("heartbeats");
  }

  @Test
  void no_time_may_be_zero() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> withTimes(Duration.ZERO, SECOND.multipliedBy(3), SECOND))
        .withMessageContaining("pause when idle");
  }

  private static TailConfig withTimes(
      Duration pauseWhenIdle, Duration leaderLease, Duration leaderHeartbeat) {
    return new TailConfig(
        "name",
        "me",
        false,
        pauseWhenIdle,
        SECOND,
        SECOND,
        SECOND,
        SECOND,
        leaderLease,
        leaderHeartbeat,
        SECOND,
        SECOND,
        SECOND,
        SECOND,
        SECOND,
        SECOND);
  }
}
