package dev.headway.leads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The small decisions: delays, batch sizes, keys, defaults. */
class PolicyTest {
  private static final Instant NOW = Instant.parse("2025-01-09T10:00:00Z");

  @Test
  void delays_double_up_to_the_longest_and_are_jittered_downwards() {
    RandomGenerator none = () -> 0L; // nextDouble() == 0
    Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(1), none);
    assertThat(backoff.after(1)).isEqualTo(Duration.ofMillis(100));
    assertThat(backoff.after(3)).isEqualTo(Duration.ofMillis(400));
    assertThat(backoff.after(5)).isEqualTo(Duration.ofSeconds(1));
    assertThat(backoff.after(1_000_000)).isEqualTo(Duration.ofSeconds(1));
    Backoff jittered = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(1), () -> -1L);
    assertThat(jittered.after(1)).isBetween(Duration.ofMillis(50), Duration.ofMillis(51));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "7, 7",
    "' 7 ', 7",
    "'Thu, 9 Jan 2025 10:00:30 GMT', 30",
    "'Thu, 9 Jan 2025 09:00:00 GMT', 0",
  })
  void retry_after_is_seconds_or_a_date(String value, long seconds) {
    assertThat(RetryAfter.parse(value, NOW)).contains(Duration.ofSeconds(seconds));
  }

  @ParameterizedTest
  @CsvSource({"soon", "-1", "1.5", "99999999999999999999", "''"})
  void other_advice_is_none(String value) {
    assertThat(RetryAfter.parse(value, NOW)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "1, 10, 1",
    "10, 10, 1",
    "11, 10, 2",
    "20000, 10, 2000",
    "20001, 11, 1819",
    "500000, 250, 2000",
    "499999, 250, 2000",
  })
  void batches_grow_with_the_file(int leads, int perBatch, int batches) {
    assertThat(new BatchPlan(leads).leadsPerBatch()).isEqualTo(perBatch);
    assertThat(new BatchPlan(leads).batches()).isEqualTo(batches);
  }

  @Test
  void defaults_are_what_the_documentation_says() {
    assertThat(FileLimits.DEFAULT)
        .isEqualTo(
            new FileLimits(52_428_800, 500_000, 500, 32_767, 1_073_741_824, 67_108_864, 200));
    assertThat(UploadRules.DEFAULT).isEqualTo(new UploadRules(52_428_800, Duration.ofMinutes(15)));
    ModelConfig model = ModelConfig.of(URI.create("https://api.example/v1"), "key", "m");
    assertThat(model.completions())
        .isEqualTo(URI.create("https://api.example/v1/chat/completions"))
        .isEqualTo(ModelConfig.of(URI.create("https://api.example/v1/"), "key", "m").completions());
    assertThat(model.answerTimeout()).isEqualTo(Duration.ofSeconds(60));
    assertThat(model.toString()).doesNotContain("key");
    assertThat(LeadSplitter.Config.of("http://q").limits()).isEqualTo(FileLimits.DEFAULT);
  }

  @Test
  void nonsense_is_refused() {
    assertThatThrownBy(() -> new UploadRules(0, Duration.ofMinutes(1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new UploadRules(1, Duration.ofDays(8)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ModelConfig.of(URI.create("ftp://x"), "", "m"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> LeadSplitter.Config.of(" "))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> FileLimits.DEFAULT.withMaxBytes(0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void an_object_names_its_upload_by_its_key() {
    assertThat(ObjectKeys.uploadOf("uploads/abc.csv").map(Object::toString)).contains("abc");
    assertThat(ObjectKeys.uploadOf("uploads/abc.XLSX").map(Object::toString)).contains("abc");
    assertThat(ObjectKeys.uploadOf("batches/abc/1.json")).isEmpty();
    assertThat(ObjectKeys.uploadOf("uploads/a/b.csv")).isEmpty();
    assertThat(new UploadedObject("b", "k", 1, Optional.of("x")).quotedETag()).contains("\"x\"");
    assertThat(new UploadedObject("b", "k", 1, Optional.of("\"x\"")).quotedETag())
        .contains("\"x\"");
  }

  @Test
  void personal_values_are_not_in_what_a_log_would_show() {
    assertThat(Rows.row(1, "Name", "Ann").toString()).doesNotContain("Ann");
    assertThat(new LeadFields("Ann", "", "", "", "", "", "").toString()).doesNotContain("Ann");
    assertThat(
            BatchMessage.of(
                    new dev.headway.status.UploadId("u"),
                    1,
                    java.util.List.of(Rows.row(1, "Name", "Ann")))
                .toString())
        .doesNotContain("Ann");
  }
}
