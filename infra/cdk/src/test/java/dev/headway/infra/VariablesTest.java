package dev.headway.infra;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The stack sets what the service and the functions read, and nothing that nobody reads. What they
 * read stands in {@code docs/configuration.md}, which the service's own tests hold against the
 * code.
 */
class VariablesTest {
  /** Whoever lists functions sees their variables, so that no key is among those of the stack. */
  private static final Set<String> KEYS = Set.of("DEEPSEEK_API_KEY", "OTEL_EXPORTER_OTLP_HEADERS");

  /** The sidecar's, not the service's. */
  private static final String SERVICE = "service";

  @ParameterizedTest
  @ValueSource(strings = {"dev", "prod"})
  void the_service_gets_every_variable_that_it_reads_and_no_other(String environment)
      throws IOException {
    Set<String> set = new TreeSet<>();
    for (JsonNode task :
        Synthesized.of(environment).resources("AWS::ECS::TaskDefinition").values()) {
      for (JsonNode container : task.path("ContainerDefinitions")) {
        if (container.path("Name").asText().equals(SERVICE)) {
          container.path("Environment").forEach(v -> set.add(v.path("Name").asText()));
          container.path("Secrets").forEach(v -> set.add(v.path("Name").asText()));
        }
      }
    }
    Set<String> read = new TreeSet<>(Set.of(Variables.JAVA_OPTS)); // by the image's start script
    for (Map<String, String> row : rows("The service")) {
      String inTheStack = row.getOrDefault("in the stack", "");
      assertThat(inTheStack).matches("yes|no: .+");
      if (inTheStack.equals("yes")) {
        read.add(variable(row));
      }
    }
    assertThat(set).isEqualTo(read);
    assertThat(Files.readString(Synthesized.ROOT.resolve("docker/run")))
        .contains(Variables.JAVA_OPTS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"dev", "prod"})
  void a_function_gets_every_variable_that_it_reads_and_no_other(String environment)
      throws IOException {
    Map<String, Set<String>> set = new TreeMap<>();
    Synthesized.of(environment)
        .resources("AWS::Lambda::Function")
        .values()
        .forEach(function -> {
          String handler = function.path("Handler").asText();
          if (handler.startsWith("dev.headway.lambda.")) {
            String name = handler.replaceAll("dev.headway.lambda.|Handler", "");
            Set<String> names = new TreeSet<>();
            function
                .path("Environment")
                .path("Variables")
                .fieldNames()
                .forEachRemaining(names::add);
            set.put(name, names);
          }
        });
    Map<String, Set<String>> read = new TreeMap<>();
    set.keySet().forEach(name -> read.put(name, new TreeSet<>(Set.of("JAVA_TOOL_OPTIONS"))));
    for (Map<String, String> row : rows("The functions")) {
      if (!KEYS.contains(variable(row))) {
        read.forEach((name, variables) -> {
          if (row.getOrDefault(name, "").equals("x")) {
            variables.add(variable(row));
          }
        });
      }
    }
    assertThat(set).hasSize(7).isEqualTo(read);
  }

  private static String variable(Map<String, String> row) {
    return row.getOrDefault("variable", "").replace("`", "");
  }

  private static List<Map<String, String>> rows(String heading) throws IOException {
    List<List<String>> lines =
        Files.readString(Synthesized.ROOT.resolve("docs/configuration.md"))
            .lines()
            .dropWhile(line -> !line.startsWith("## " + heading))
            .skip(1)
            .takeWhile(line -> !line.startsWith("## "))
            .filter(line -> line.startsWith("|") && !line.startsWith("|---"))
            .map(VariablesTest::cells)
            .toList();
    assertThat(lines).hasSizeGreaterThan(5);
    return lines.stream()
        .skip(1)
        .map(cells -> {
          Map<String, String> row = new TreeMap<>();
          for (int i = 0; i < cells.size(); i++) {
            row.put(lines.getFirst().get(i), cells.get(i));
          }
          return row;
        })
        .toList();
  }

  private static List<String> cells(String line) {
    String[] parts = line.strip().split("\\|", -1);
    return Arrays.stream(parts, 1, parts.length - 1).map(String::strip).toList();
  }
}
