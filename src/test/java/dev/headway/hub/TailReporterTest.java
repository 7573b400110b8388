package dev.headway.hub;

import static dev.headway.hub.Records.id;
import static dev.headway.hub.Records.processing;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.hub.BusMessage.Changes;
import dev.headway.hub.BusMessage.TailHeartbeat;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TailReporterTest {
  private final ManualTime time = new ManualTime();
  private final DirectBus bus = new DirectBus();
  private final TailReporter tail = new TailReporter(bus, new MonotonicClock(time.ticker()));

  private TailHeartbeat last() {
    return (TailHeartbeat) bus.published().getLast();
  }

  @Test
  void a_lease_and_its_first_read_to_end_are_told_at_once_and_later_ones_with_the_heartbeat() {
    tail.leased("s1");
    assertThat(last().leased()).isEqualTo(Map.of("s1", Optional.empty()));
    time.passMillis(50);
    tail.readToEnd("s1");
    assertThat(last().leased()).isEqualTo(Map.of("s1", Optional.of(Duration.ZERO)));
    time.passMillis(50);
    tail.readToEnd("s1");
    assertThat(bus.published()).hasSize(2);
    time.passMillis(30);
    tail.heartbeat();
    assertThat(last().leased()).isEqualTo(Map.of("s1", Optional.of(Duration.ofMillis(30))));
    assertThat(last().uptime()).isEqualTo(Duration.ofMillis(130));
  }

  @Test
  void what_is_read_without_a_lease_says_nothing() {
    tail.readToEnd("s1");
    tail.heartbeat();
    assertThat(last().leased()).isEmpty();
  }

  @Test
  void a_heartbeat_comes_after_the_changes_it_vouches_for() {
    tail.leased("s1");
    tail.changed(List.of(processing(id("a"), 1)));
    tail.changed(List.of());
    tail.readToEnd("s1");
    assertThat(bus.published().get(1)).isInstanceOf(Changes.class);
    assertThat(bus.published().get(2)).isInstanceOf(TailHeartbeat.class);
    assertThat(bus.published()).hasSize(3);
  }

  @Test
  void the_end_of_a_shard_is_repeated_with_its_children_and_then_dropped() {
    tail.leased("s1");
    tail.ended("s1", List.of("c1", "c2"));
    assertThat(last().leased()).isEmpty();
    assertThat(last().ended()).isEqualTo(Map.of("s1", List.of("c1", "c2")));
    time.pass(Duration.ofMinutes(9));
    tail.heartbeat();
    assertThat(last().ended()).containsKey("s1");
    time.pass(Duration.ofMinutes(2));
    tail.heartbeat();
    assertThat(last().ended()).isEmpty();
  }

  @Test
  void a_released_shard_is_gone_at_once() {
    tail.leased("s1");
    tail.released("s1");
    assertThat(last().leased()).isEmpty();
    tail.released("s1");
    assertThat(bus.published()).hasSize(2);
  }
}
