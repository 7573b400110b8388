package dev.headway.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Order, loss and duplicates under faults, on a small cluster. How quick it is depends on the
 * machine, so that is for {@code ./headway chaos} to say.
 */
class ChaosIT {
  private static final List<Fault> FAULTS =
      List.of(
          Fault.TAIL_OWNER_KILLED,
          Fault.NODE_CUT_OFF,
          Fault.MESSAGES_LOST,
          Fault.REDIS_KILLED,
          Fault.COLD_START);

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void no_fault_makes_a_stream_go_back_or_lose_its_end_or_get_an_event_twice() throws Exception {
    var missing = Chaos.missing(FAULTS);
    assumeTrue(missing.isEmpty(), () -> "not here: " + missing);
    var outcomes = new Chaos(Settings.least(), FAULTS, Optional.empty()).run();
    assertThat(outcomes).hasSize(FAULTS.size());
    assertThat(outcomes)
        .allSatisfy(outcome -> {
          assertThat(outcome.writes()).isGreaterThan(Settings.least().uploads());
          assertThat(outcome.brokenOrder()).as("%s", outcome.remarks()).isEmpty();
        });
  }
}
