package dev.headway.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The harness can fail: with a fault in the program, the row that meets it turns red. */
@Timeout(value = 6, unit = TimeUnit.MINUTES)
class PlantedFaultsIT {
  /** One that is hit and one that is not, and little to do, so that their boards stay whole. */
  private static final Settings SIZE = new Settings(2, 40, 80, 2, 25, true);

  /** A machine that is too busy makes a board not whole, and the resync then heals any loss. */
  private static final int ROWS = 3;

  @Test
  void without_resync_a_node_that_lost_messages_keeps_terminal_events_from_its_viewers()
      throws Exception {
    assertThat(order(Planted.NO_RESYNC, Fault.MESSAGES_LOST).noTerminal()).isPositive();
  }

  @Test
  void without_gap_detection_it_does_not_even_know_that_it_lost_some() throws Exception {
    assertThat(order(Planted.NO_GAP_DETECTION, Fault.MESSAGES_LOST).noTerminal()).isPositive();
  }

  @Test
  void without_version_filter_a_redelivery_reaches_the_viewers() throws Exception {
    var order = order(Planted.NO_VERSION_FILTER, Fault.TAIL_OWNER_KILLED);
    assertThat(order.wentBack() + order.twice()).isPositive();
  }

  private static Outcome.Order order(Planted planted, Fault fault) throws Exception {
    var missing = Chaos.missing(List.of(fault));
    assumeTrue(missing.isEmpty(), () -> "not here: " + missing);
    Outcome last = null;
    for (int row = 1; row <= ROWS && (last == null || last.order().isKept()); row++) {
      last = new Chaos(SIZE, List.of(fault), Optional.of(planted)).run().getFirst();
    }
    assertThat(last.brokenOrder()).isNotEmpty();
    return last.order();
  }
}
