package dev.headway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.status.StatusDocument;
import java.io.IOException;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProgressLineTest {
  private static final Instant NOW = Instant.parse("2026-01-09T10:00:00Z");

  private static StatusDocument processing(String changedFrom, String changedTo)
      throws IOException {
    return Answers.status(FakeService.record(7, "processing", 3).replace(changedFrom, changedTo));
  }

  private static String withEstimate(String estimate) throws IOException {
    String start = "\"startTime\":\"2026-01-09T10:00:00Z\"";
    return ProgressLine.of(
        processing(start, start + ",\"estimatedCompletion\":\"" + estimate + "\""), NOW);
  }

  @ParameterizedTest
  @CsvSource({
    "2026-01-09T10:00:04Z, a few seconds left",
    "2026-01-09T10:00:38Z, about 40 s left",
    "2026-01-09T10:02:00Z, about 2 min left",
    "2026-01-09T13:20:00Z, about 3 h left"
  })
  void the_time_left_is_coarse(String estimate, String words) throws IOException {
    assertThat(withEstimate(estimate)).endsWith("  30/100 leads  " + words);
  }

  @ParameterizedTest
  @CsvSource({"2026-01-09T09:59:00Z", "2026-01-09T10:00:00Z", "soon", "''"})
  void an_estimate_that_is_over_or_none_says_nothing(String estimate) throws IOException {
    assertThat(withEstimate(estimate)).endsWith("  30/100 leads");
  }

  @Test
  void a_stalled_upload_says_so() throws IOException {
    assertThat(ProgressLine.of(processing("\"stalled\":false", "\"stalled\":true"), NOW))
        .endsWith("stalled: no sign of life for too long");
  }

  @Test
  void failed_batches_count_and_are_named() throws IOException {
    assertThat(ProgressLine.of(processing("\"failedBatches\":0", "\"failedBatches\":2"), NOW))
        .contains("5/10 batches (2 failed)");
  }

  @Test
  void an_error_code_of_a_newer_service_leaves_its_message() throws IOException {
    String error =
        """
        ,"error":{"code":"BRAND_NEW","message":"Something new.","timestamp":"2026-01-09T10:00:00Z"}\
        """;
    var status = Answers.status(FakeService.record(7, "error", 3, error));
    assertThat(ProgressLine.ending(status)).isEqualTo("Failed: Something new.");
  }

  @Test
  void a_bar_is_drawn_with_what_the_terminal_has() {
    assertThat(ProgressLine.bar(50, false)).isEqualTo("[############------------]");
    assertThat(ProgressLine.bar(100, true)).isEqualTo("[" + "█".repeat(24) + "]");
    assertThat(ProgressLine.bar(-3, false)).isEqualTo("[" + "-".repeat(24) + "]");
    assertThat(ProgressLine.bar(1e9, false)).isEqualTo("[" + "#".repeat(24) + "]");
  }
}
