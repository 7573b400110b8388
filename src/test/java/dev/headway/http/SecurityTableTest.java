package dev.headway.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/security.md} names a test for each attack in its table, and each is there. */
class SecurityTableTest {
  private static final Pattern ROW = Pattern.compile("(?m)^\\| .* \\|$");
  private static final Pattern NAMED = Pattern.compile("`(\\w+)\\.(\\w+)`");

  @Test
  void every_row_names_a_test_that_exists() throws IOException {
    String document = Files.readString(Path.of("docs", "security.md"));
    String table = document.substring(document.indexOf("| Attack"), document.indexOf("## Under"));
    List<String> rows =
        ROW.matcher(table).results().map(MatchResult::group).skip(1).toList(); // without its head
    assertThat(rows).hasSizeGreaterThan(30);
    for (String row : rows) {
      List<MatchResult> tests = NAMED.matcher(row).results().toList();
      assertThat(tests).as(row).isNotEmpty();
      for (MatchResult test : tests) {
        assertThat(sourceOf(test.group(1)))
            .as(test.group(1))
            .containsPattern("void " + test.group(2) + "\\(");
      }
    }
  }

  private static String sourceOf(String testClass) throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src", "test", "java"))) {
      Path file =
          files
              .filter(path -> path.getFileName().toString().equals(testClass + ".java"))
              .findFirst()
              .orElseThrow(() -> new AssertionError("there is no " + testClass));
      return Files.readString(file);
    }
  }
}
