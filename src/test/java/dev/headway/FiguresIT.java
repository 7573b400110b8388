package dev.headway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * What a running node says of itself, and what dashboards, alarms and documents expect it to say.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FiguresIT {
  private static final Pattern EXPECTED =
      Pattern.compile("\\b(headway|jvm|process|system)_[a-z0-9_]+");

  private final HttpClient http = HttpClient.newHttpClient();
  private LocalSystem system;

  @BeforeAll
  void start() throws Exception {
    system = LocalSystems.start();
    long until = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!system.isWhole() && System.nanoTime() < until) {
      // A request each time: waiting must not keep a core from what is waited for.
      var _ = said();
    }
    // A loop that never had a stream tells of none.
    var user = new Api(http, system.baseUrl(), system.token("figures", Duration.ofHours(1)));
    String id = user.accept("figures.csv", 1).get("uploadId").asText();
    try (var stream = user.stream(id, Map.of())) {
      assertThat(stream.response().statusCode()).isEqualTo(200);
    }
    // Only a collection that happened is counted, and a young JVM has had none.
    System.gc();
  }

  @AfterAll
  void stop() {
    system.close();
    http.close();
  }

  @Test
  void the_dashboard_shows_figures_that_exist() throws Exception {
    JsonNode dashboard =
        new ObjectMapper().readTree(Files.readString(Path.of("infra/grafana/headway.json")));
    Set<String> expected = new TreeSet<>();
    dashboard
        .findValuesAsText("expr")
        .forEach(expression ->
            EXPECTED.matcher(expression).results().forEach(result -> expected.add(result.group())));
    assertThat(expected).hasSizeGreaterThan(30);
    assertThat(said()).containsAll(expected);
  }

  @Test
  void every_figure_that_cloudwatch_gets_for_alarms_and_dashboard_exists() throws Exception {
    List<String> passedOn =
        Files.readAllLines(Path.of("infra/cdk/src/main/resources/service-metrics.txt")).stream()
            .filter(line -> !line.isBlank() && !line.startsWith("#"))
            .toList();
    assertThat(passedOn).hasSizeGreaterThan(10);
    assertThat(said()).containsAll(passedOn);
  }

  @Test
  void the_documentation_names_every_figure_of_ours_and_no_other() throws Exception {
    Set<String> documented = new TreeSet<>();
    Pattern.compile("headway_[a-z_]+")
        .matcher(Files.readString(Path.of("docs/operations.md")))
        .results()
        .forEach(result -> documented.add(result.group()));
    Set<String> ours = new TreeSet<>();
    for (String name : said()) {
      if (name.startsWith("headway_")) {
        ours.add(name.replaceAll("_(bucket|sum|count|max)$", ""));
      }
    }
    assertThat(documented).isEqualTo(ours);
  }

  private Set<String> said() throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(system.baseUrl().resolve("/metrics")).build();
    var response = http.send(request, HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).isEqualTo(200);
    Set<String> names = new TreeSet<>();
    response
        .body()
        .lines()
        .filter(line -> !line.startsWith("#"))
        .forEach(line -> names.add(line.split("[{ ]", 2)[0]));
    return names;
  }
}
