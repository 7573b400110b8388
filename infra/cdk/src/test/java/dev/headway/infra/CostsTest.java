package dev.headway.infra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;

class CostsTest {
  private static final Settings PROD = Plan.settings(Synthesized.PROJECT, "prod");

  @Test
  void the_documentation_has_the_tables_that_the_plan_prints() throws IOException {
    // ./headway deploy --plan --environment prod prints them.
    assertThat(Files.readString(Synthesized.ROOT.resolve("docs/cost.md")))
        .contains(Costs.report(PROD));
  }

  @Test
  void polls_cost_by_the_upload_and_streams_mostly_by_the_hour() {
    var few = new Costs(100, PROD);
    var many = new Costs(1_000_000, PROD);
    assertThat(Costs.sum(few.polling())).isLessThan(Costs.sum(few.streaming()));
    assertThat(Costs.sum(many.polling())).isGreaterThan(Costs.sum(many.streaming()));
  }

  @Test
  void a_poll_every_two_seconds_for_two_minutes_is_sixty_requests() {
    var request =
        new Costs(10_000, PROD)
            .polling().stream()
                .filter(line -> line.price() == Prices.HTTP_API_REQUEST)
                .findFirst()
                .orElseThrow();
    assertThat(request.quantity()).isEqualTo(10_000 * 30 * 60.0);
    assertThat(request.dollars()).isCloseTo(18.0, within(0.001));
  }

  @Test
  void the_service_is_never_less_than_its_tasks_and_grows_with_streams_and_changes() {
    assertThat(List.of(100L, 1_000_000L, 100_000_000L))
        .extracting(load -> new Costs(load, PROD).tasks())
        .isSorted()
        .first()
        .isEqualTo((double) PROD.tasks());
    assertThat(new Costs(100_000_000, PROD).tasks()).isGreaterThan(50);
  }
}
