package dev.headway.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SuiteTest {
  @Test
  void no_check_is_without_a_fault_that_it_finds() {
    Set<String> found = new HashSet<>(ConformanceIT.ELSEWHERE);
    PlantedFaults.all().forEach(planted -> found.addAll(planted.foundBy()));
    PlantedFaults.drains().forEach(planted -> found.addAll(planted.foundBy()));
    assertThat(Suite.all()).extracting(Check::id).doesNotHaveDuplicates().isSubsetOf(found);
    assertThat(found).isSubsetOf(Suite.all().stream().map(Check::id).toList());
  }

  @Test
  void the_documents_name_every_check_with_its_clause() throws Exception {
    String document = Files.readString(Path.of("docs/conformance.md"));
    String contract = Files.readString(Path.of("docs/api.md"));
    for (Check check : Suite.all()) {
      assertThat(document)
          .contains("| `%s` | %s | %s |".formatted(check.id(), check.sentence(), check.clause()));
      String[] clause = check.clause().split(": ", -1);
      assertThat(contract).contains("## " + clause[0]);
      assertThat(contract).contains(clause.length > 1 ? "**" + clause[1] : "");
    }
    assertThat(
            document
                .lines()
                .filter(line -> line.startsWith("| `") && line.contains("."))
                .filter(line -> line.matches("[|] `[a-z]+[.].*")))
        .hasSize(Suite.all().size() + 1);
  }

  @ParameterizedTest
  @CsvSource({
    "stream.order, true",
    "limit.429, false",
    "token.end, false",
    "ticket.end, false",
    "stream.expired, false",
    "drain.streams, false",
  })
  void what_failed_at_a_limit_is_repeated_if_it_can_be(String id, boolean isRepeated) {
    Check check = Suite.all().stream().filter(c -> c.id().equals(id)).findFirst().orElseThrow();
    var failed = new Finding(check, Finding.Outcome.FAILED, "", "", 1);
    var limit = new Head("HTTP/1.1", 429, Map.of());
    assertThat(new Suite.Attempt(failed, Optional.of(limit)).isInVain()).isEqualTo(isRepeated);
    assertThat(new Suite.Attempt(failed, Optional.empty()).isInVain()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "http://localhost",
        "--token t",
        "ftp://localhost --token t",
        "http://localhost/path --token t",
        "http://localhost --token t --unknown",
        "http://localhost --token",
        "http://localhost http://localhost --token t",
      })
  void a_wrong_command_line_is_said_to_be_one(String line) throws Exception {
    var out = new ByteArrayOutputStream();
    List<String> arguments = line.isEmpty() ? List.of() : List.of(line.split(" ", -1));
    assertThat(Conformance.run(arguments, new PrintStream(out, true, StandardCharsets.UTF_8)))
        .isEqualTo(2);
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("usage: ./headway conformance");
  }

  @Test
  void a_server_that_is_not_there_fails_with_the_reason() throws Exception {
    var out = new ByteArrayOutputStream();
    int status =
        Conformance.run(
            List.of("http://127.0.0.1:1", "--token", "t", "--only", "poll.record"),
            new PrintStream(out, true, StandardCharsets.UTF_8));
    assertThat(status).isEqualTo(1);
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("✗ poll.record", "refused");
  }
}
