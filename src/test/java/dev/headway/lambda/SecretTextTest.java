package dev.headway.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class SecretTextTest {
  private final AtomicReference<Supplier<String>> manager = new AtomicReference<>(() -> "old key");
  private final AtomicLong reads = new AtomicLong();
  private final AtomicLong now = new AtomicLong();
  private final SecretText secret =
      new SecretText(
          () -> {
            reads.incrementAndGet();
            return manager.get().get();
          },
          now::get);

  private void pass(Duration time) {
    now.addAndGet(time.toNanos());
  }

  @Test
  void a_secret_is_read_when_it_is_needed_and_not_before() {
    assertThat(reads).hasValue(0);
    assertThat(secret.get()).isEqualTo("old key");
    pass(Duration.ofMinutes(4));
    assertThat(secret.get()).isEqualTo("old key");
    assertThat(reads).hasValue(1);
  }

  @Test
  void a_new_content_is_used_within_minutes() {
    assertThat(secret.get()).isEqualTo("old key");
    manager.set(() -> "new key");
    pass(Duration.ofMinutes(5));
    assertThat(secret.get()).isEqualTo("new key");
  }

  @Test
  void the_content_of_before_is_good_while_the_secret_cannot_be_read() {
    assertThat(secret.get()).isEqualTo("old key");
    manager.set(SecretTextTest::away);
    pass(Duration.ofMinutes(6));
    assertThat(secret.get()).isEqualTo("old key");
    pass(Duration.ofMinutes(1));
    assertThat(secret.get()).isEqualTo("old key");
    assertThat(reads).hasValue(2); // not asked with each question
  }

  @Test
  void without_any_content_the_failure_is_told_and_the_next_attempt_asks_again() {
    manager.set(SecretTextTest::away);
    assertThatThrownBy(secret::get).hasMessage("away");
    manager.set(() -> "new key");
    assertThat(secret.get()).isEqualTo("new key");
  }

  @Test
  void a_function_starts_without_asking_for_its_key() {
    var environment =
        new Environment(Map.of(Environment.MODEL_API_KEY_SECRET, "arn:aws:secretsmanager:secret"));
    var asked = new AtomicLong();
    Supplier<String> key =
        environment.modelApiKey(id -> {
          asked.incrementAndGet();
          return "the key of " + id;
        });
    assertThat(asked).hasValue(0);
    assertThat(key.get()).isEqualTo("the key of arn:aws:secretsmanager:secret");
  }

  private static String away() {
    throw new IllegalStateException("away");
  }
}
