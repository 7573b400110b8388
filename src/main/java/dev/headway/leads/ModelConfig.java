package dev.headway.leads;

import java.net.URI;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Which model to ask, and how patiently.
 *
 * @param base of an OpenAI-compatible interface; {@code chat/completions} is appended
 * @param apiKey sent as bearer token, asked for with each question; empty sends none
 * @param connectTimeout for one attempt to connect
 * @param answerTimeout for one whole attempt, connection and body included
 * @param maxAttempts per question, the first included
 * @param reserve time that must be left when an attempt begins, to store its answer
 */
public record ModelConfig(
    URI base,
    Supplier<String> apiKey,
    String model,
    Duration connectTimeout,
    Duration answerTimeout,
    int maxAttempts,
    Duration reserve) {
  public ModelConfig {
    if (base.getScheme() == null || !base.getScheme().startsWith("http")) {
      throw new IllegalArgumentException("the model's base address must be http or https");
    }
    if (model.isBlank()) {
      throw new IllegalArgumentException("the model has a name");
    }
    if (!connectTimeout.isPositive() || !answerTimeout.isPositive() || !reserve.isPositive()) {
      throw new IllegalArgumentException("the model's time-outs are positive");
    }
    if (maxAttempts < 1) {
      throw new IllegalArgumentException("a question is asked at least once");
    }
  }

  /**
   * Ten leads are about 1,000 tokens of answer, which takes a busy model up to 40 s; four attempts
   * within one delivery ride out a rate limit before the queue has to.
   */
  public static ModelConfig of(URI base, Supplier<String> apiKey, String model) {
    return new ModelConfig(
        base,
        apiKey,
        model,
        Duration.ofSeconds(5),
        Duration.ofSeconds(60),
        4,
        Duration.ofSeconds(3));
  }

  /** With a key that stays the same. */
  public static ModelConfig of(URI base, String apiKey, String model) {
    return of(base, () -> apiKey, model);
  }

  URI completions() {
    String text = base.toString();
    return URI.create((text.endsWith("/") ? text : text + "/") + "chat/completions");
  }

  /** Hides the key. */
  @Override
  public String toString() {
    return "ModelConfig[" + base.getHost() + ", " + model + "]";
  }
}
