package dev.headway.infra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CostsTest {
  private static final Settings PROD = Plan.settings(Synthesized.PROJECT, "prod");

  @Test
  void the_documentation_has_the_tables_that_the_plan_prints() throws IOException {
    // ./headway deploy --plan --environment prod prints them.
    assertThat(Files.readString(Synthesized.ROOT.resolve("docs/cost.md")))
        .contains(Costs.report(PROD));
  }

  /** One that knows nothing of how the document was made. */
  @Test
  void every_line_of_the_documentation_is_its_quantity_times_its_price_and_sums_are_sums()
      throws IOException {
    double sum = 0;
    int lines = 0;
    int sums = 0;
    for (String row : Files.readAllLines(Synthesized.ROOT.resolve("docs/cost.md"))) {
      String[] cells = row.split("\\s*\\|\\s*", -1);
      if (cells.length != 7 || !cells[1].matches("processing|streams|polls")) {
        continue;
      }
      double dollars = number(cells[5].replace("*", ""));
      if (cells[2].equals("**together**")) {
        assertThat(dollars).as(row).isCloseTo(sum, within(0.005 * 20));
        sum = 0;
        sums++;
        continue;
      }
      String[] quantity = cells[3].split(" ", 2);
      Prices price =
          Arrays.stream(Prices.values())
              .filter(p -> p.unit().equals(quantity[1]))
              .findFirst()
              .orElseThrow();
      double each = number(cells[4].replace(" per million", ""));
      double per = cells[4].endsWith("per million") ? 1e6 : 1;
      assertThat(each / per).as(row).isCloseTo(price.dollars(), withinPercentage(0.01));
      double product = number(quantity[0]) * price.dollars();
      // A quantity is printed with two decimals where it is small.
      assertThat(dollars).as(row).isCloseTo(product, within(0.006 + 0.005 * price.dollars()));
      sum += dollars;
      lines++;
    }
    assertThat(lines).isGreaterThan(80);
    assertThat(sums).isEqualTo(9);
  }

  private static double number(String text) {
    return Double.parseDouble(text.replace(",", ""));
  }

  @Test
  void polls_cost_by_the_upload_and_streams_mostly_by_the_hour() {
    var few = new Costs(100, PROD);
    var many = new Costs(1_000_000, PROD);
    assertThat(Costs.sum(few.polling())).isLessThan(Costs.sum(few.streaming()));
    assertThat(Costs.sum(many.polling())).isGreaterThan(Costs.sum(many.streaming()));
  }

  @Test
  void the_documentation_says_from_how_many_uploads_on_streams_are_the_cheaper_way()
      throws IOException {
    String document = Files.readString(Synthesized.ROOT.resolve("docs/cost.md"));
    var said = Pattern.compile("below some ([0-9,]+) uploads a day").matcher(document);
    assertThat(said.find()).isTrue();
    long same = (long) number(said.group(1));
    for (long load : List.of(same * 9 / 10, same * 11 / 10)) {
      var costs = new Costs(load, PROD);
      assertThat(Costs.sum(costs.polling()) < Costs.sum(costs.streaming()))
          .as("polls are cheaper at %d", load)
          .isEqualTo(load < same);
    }
  }

  @Test
  void the_documentation_says_how_much_the_stack_does_as_it_is() throws IOException {
    String document = Files.readString(Synthesized.ROOT.resolve("docs/cost.md"));
    assertThat(PROD.modelConcurrency()).isEqualTo(50);
    assertThat(document)
        .contains("`modelConcurrency` is 50", "5,700 uploads", "need 87 batches", "need 8,700");
    assertThat(new Costs(5_700, PROD).atTheModel()).isCloseTo(50, within(1.0));
    assertThat(new Costs(10_000, PROD).atTheModel()).isCloseTo(87, within(0.5));
    assertThat(new Costs(1_000_000, PROD).atTheModel()).isCloseTo(8_700, within(50.0));
  }

  @Test
  void every_price_is_used_and_no_two_are_called_the_same() {
    var costs = new Costs(10_000, PROD);
    List<Prices> used =
        Stream.of(costs.processing(), costs.streaming(), costs.polling())
            .flatMap(List::stream)
            .map(Costs.Line::price)
            .toList();
    assertThat(used).contains(Prices.values());
    assertThat(Arrays.stream(Prices.values()).map(Prices::unit)).doesNotHaveDuplicates();
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
