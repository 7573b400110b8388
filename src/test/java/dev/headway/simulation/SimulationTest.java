package dev.headway.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class SimulationTest {
  private static final int SCHEDULES = 20_000;

  private final Simulation simulation = Simulation.ofProduction();

  @BeforeAll
  static void silence() {
    Simulation.silenceTheWorkers();
  }

  /** About a minute on two cores; the limit is for machines that do something else as well. */
  @Test
  @Timeout(value = 6, unit = TimeUnit.MINUTES)
  void every_promise_holds_in_every_schedule() {
    assertThat(
            simulation
                .firstFailing(Plan::of, 1, SCHEDULES)
                .map(simulation::shortest)
                .map(Story::print))
        .isEmpty();
  }

  @Test
  void one_plan_is_always_the_same_schedule() {
    assertThat(LongStream.range(1, 60).mapToObj(seed -> simulation.run(Plan.of(seed)).steps()))
        .containsExactlyElementsOf(
            LongStream.range(1, 60)
                .mapToObj(seed -> Simulation.ofProduction().run(Plan.of(seed)).steps())
                .toList());
  }

  @Test
  void a_failing_schedule_is_told_as_short_as_it_can_be_found() {
    var faulty =
        Simulation.with(new Fault("countCompleted", Set.of("NOT contains(#doneBatches, :batch)")));
    // Not from seed 1 on: the first schedule that fails there is as short as any.
    var found = faulty.firstFailing(Plan::rough, 100, 1_000).orElseThrow();

    var shortest = faulty.shortest(found);

    assertThat(shortest.broken()).isPresent();
    assertThat(shortest.steps()).hasSizeLessThan(found.steps().size()).hasSizeLessThan(60);
    assertThat(faulty.run(shortest.plan())).isEqualTo(shortest);
  }

  @Test
  void the_command_ends_with_status_1_and_the_schedule_when_a_promise_breaks() {
    var faulty = Simulation.with(new Fault("create", Set.of("attribute_not_exists(uploadId)")));
    var printed = new ByteArrayOutputStream();
    var out = new PrintStream(printed, true, UTF_8);

    assertThat(Simulation.run(List.of("--schedules", "500"), faulty, out, out)).isEqualTo(1);

    assertThat(printed.toString(UTF_8)).contains("create", "came after", "Plan[");
  }

  @Test
  void the_command_ends_with_status_0_when_every_promise_holds_and_2_when_it_is_misused() {
    var out = new PrintStream(OutputStream.nullOutputStream(), false, UTF_8);

    assertThat(Simulation.run(List.of("--seed", "7", "--schedules", "9"), simulation, out, out))
        .isZero();
    assertThat(Simulation.run(List.of("--schedules", "none"), simulation, out, out)).isEqualTo(2);
    assertThat(Simulation.run(List.of("--seeds", "1"), simulation, out, out)).isEqualTo(2);
  }
}
