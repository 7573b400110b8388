package dev.headway.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EnvironmentTest {
  @Test
  void a_missing_variable_is_named() {
    Environment empty = new Environment(Map.of());
    assertThatThrownBy(empty::statusTable).hasMessageContaining("HEADWAY_STATUS_TABLE");
    assertThatThrownBy(empty::leadsTable).hasMessageContaining("HEADWAY_LEADS_TABLE");
    assertThatThrownBy(empty::uploadBucket).hasMessageContaining("HEADWAY_UPLOAD_BUCKET");
    assertThatThrownBy(empty::batchQueueUrl).hasMessageContaining("HEADWAY_BATCH_QUEUE_URL");
    assertThatThrownBy(empty::batchDeadLetterQueueUrl)
        .hasMessageContaining("HEADWAY_BATCH_DEAD_LETTER_QUEUE_URL");
    assertThatThrownBy(() -> empty.modelApiKey(name -> name))
        .hasMessageContaining("DEEPSEEK_API_KEY");
  }

  @Test
  void defaults_are_what_the_documentation_says() {
    Environment empty = new Environment(Map.of());
    assertThat(empty.modelBase()).isEqualTo(URI.create("https://api.deepseek.com/v1"));
    assertThat(empty.modelName()).isEqualTo("deepseek-chat");
    assertThat(empty.splitQueueUrl()).isEmpty();
    assertThat(empty.maxUploadBytes()).isEmpty();
  }

  @Test
  void what_is_set_is_used() {
    Environment set =
        new Environment(
            Map.of(
                "HEADWAY_STATUS_TABLE", " Status ",
                "DEEPSEEK_BASE_URL", "http://127.0.0.1:8084/v1",
                "DEEPSEEK_MODEL", "other",
                "HEADWAY_SPLIT_QUEUE_URL", "http://queue",
                "HEADWAY_MAX_UPLOAD_BYTES", "1000"));
    assertThat(set.statusTable()).isEqualTo("Status");
    assertThat(set.modelBase()).isEqualTo(URI.create("http://127.0.0.1:8084/v1"));
    assertThat(set.modelName()).isEqualTo("other");
    assertThat(set.splitQueueUrl()).contains("http://queue");
    assertThat(set.maxUploadBytes()).contains(1000L);
  }

  @Test
  void nonsense_is_refused_and_values_are_not_shown() {
    Environment bad =
        new Environment(Map.of("HEADWAY_MAX_UPLOAD_BYTES", "many", "DEEPSEEK_API_KEY", "secret"));
    assertThatThrownBy(bad::maxUploadBytes).hasMessageContaining("HEADWAY_MAX_UPLOAD_BYTES");
    assertThat(bad.toString()).doesNotContain("secret").contains("DEEPSEEK_API_KEY");
  }

  @Test
  void the_key_of_the_model_comes_from_its_secret_where_one_is_named() {
    Environment both =
        new Environment(
            Map.of("DEEPSEEK_API_KEY_SECRET", "arn:secret", "DEEPSEEK_API_KEY", "open"));
    assertThat(both.modelApiKey(secret -> "content of " + secret + "\n").get())
        .isEqualTo("content of arn:secret");
    Environment open = new Environment(Map.of("DEEPSEEK_API_KEY", "open"));
    assertThat(
            open.modelApiKey(
                    secret -> {
                      throw new AssertionError("no secret is named");
                    })
                .get())
        .isEqualTo("open");
  }
}
