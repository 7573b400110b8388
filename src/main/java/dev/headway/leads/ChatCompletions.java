package dev.headway.leads;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a model through the OpenAI-compatible {@code POST …/chat/completions}, in JSON mode and at
 * temperature 0. What failed in passing (429, 5xx, a broken or silent connection) is tried again
 * after the time that the server asks for, else after a growing, jittered one, unless the
 * invocation would not live to see it.
 */
public final class ChatCompletions implements ChatModel, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ChatCompletions.class);

  /** Far more than ten leads; an answer beyond it is none. */
  private static final long MAX_ANSWER_BYTES = 4L << 20;

  /** What DeepSeek allows at most; ten leads need a fifth of it. */
  private static final int MAX_ANSWER_TOKENS = 8_000;

  private final ModelConfig config;
  private final HttpClient http;
  private final InstantSource clock;
  private final Pause pause;
  private final Backoff backoff;
  private final JsonMapper mapper = new JsonMapper();

  public ChatCompletions(ModelConfig config, InstantSource clock, Pause pause) {
    this.config = config;
    this.clock = clock;
    this.pause = pause;
    this.backoff =
        new Backoff(
            Duration.ofMillis(500),
            Duration.ofSeconds(20),
            () -> ThreadLocalRandom.current().nextLong());
    this.http =
        HttpClient.newBuilder()
            .connectTimeout(config.connectTimeout())
            .followRedirects(HttpClient.Redirect.NEVER) // the key goes to one host only
            .build();
  }

  /** How an attempt ended. */
  private sealed interface Attempt {
    record Answered(String content) implements Attempt {}

    /**
     * Failed in a way that may pass.
     *
     * @param asked what the server asked for, if it did
     */
    record Passing(String reason, Optional<Duration> asked) implements Attempt {}
  }

  @Override
  public String ask(String instructions, String document, RemainingTime time) {
    byte[] body = body(instructions, document);
    for (int attempt = 1; ; attempt++) {
      Duration left = time.left().minus(config.reserve());
      if (!left.isPositive()) {
        throw new ModelException("no time is left to ask the model");
      }
      switch (attempt(body, shorter(left, config.answerTimeout()))) {
        case Attempt.Answered(String content) -> {
          return content;
        }
        case Attempt.Passing(String reason, Optional<Duration> asked) -> {
          Duration delay = asked.orElse(backoff.after(attempt));
          boolean inTime = delay.plus(config.reserve()).compareTo(time.left()) < 0;
          if (attempt == config.maxAttempts() || !inTime) {
            throw new ModelException("the model gave no answer: " + reason);
          }
          log.info("the model gave no answer ({}), attempt {}; trying again", reason, attempt);
          pause.orGiveUp(delay);
        }
      }
    }
  }

  private static Duration shorter(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  private byte[] body(String instructions, String document) {
    ObjectNode root = mapper.createObjectNode();
    root.put("model", config.model());
    ArrayNode messages = root.putArray("messages");
    messages.addObject().put("role", "system").put("content", instructions);
    messages.addObject().put("role", "user").put("content", document);
    root.putObject("response_format").put("type", "json_object");
    root.put("temperature", 0);
    root.put("max_tokens", MAX_ANSWER_TOKENS);
    root.put("stream", false);
    return root.toString().getBytes(StandardCharsets.UTF_8);
  }

  private Attempt attempt(byte[] body, Duration timeout) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(config.completions())
            .timeout(timeout)
            .header("Content-Type", "application/json")
            .header("Accept", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    String key = config.apiKey().get();
    if (!key.isEmpty()) {
      request.header("Authorization", "Bearer " + key);
    }
    CompletableFuture<HttpResponse<byte[]>> exchange =
        http.sendAsync(
            request.build(),
            HttpResponse.BodyHandlers.limiting(
                HttpResponse.BodyHandlers.ofByteArray(), MAX_ANSWER_BYTES));
    try {
      // The request's own time-out ends with the headers; this one covers a body that drips.
      HttpResponse<byte[]> response = exchange.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      return read(response);
    } catch (TimeoutException e) {
      return new Attempt.Passing("time-out", Optional.empty());
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException io) {
        return new Attempt.Passing(io.getClass().getSimpleName(), Optional.empty());
      }
      throw new ModelException("the model cannot be asked", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ModelException("interrupted while the model was thinking", e);
    } finally {
      exchange.cancel(true);
    }
  }

  private Attempt read(HttpResponse<byte[]> response) {
    int status = response.statusCode();
    if (status == 429 || status >= 500) {
      Optional<Duration> wait =
          response
              .headers()
              .firstValue("Retry-After")
              .flatMap(value -> RetryAfter.parse(value, clock.instant()));
      return new Attempt.Passing("status " + status, wait);
    }
    if (status != 200) {
      throw new ModelException("the model refused the question with status " + status);
    }
    JsonNode choice;
    try {
      choice = mapper.readTree(response.body()).path("choices").path(0);
    } catch (JsonProcessingException e) {
      return new Attempt.Passing("an answer that is no JSON", Optional.empty());
    } catch (IOException e) {
      throw new ModelException("the model's answer cannot be read", e);
    }
    if (choice.path("finish_reason").asText().equals("length")) {
      throw new ModelException("the model's answer is cut off");
    }
    JsonNode content = choice.path("message").path("content");
    if (!content.isTextual() || content.asText().isBlank()) {
      // DeepSeek's JSON mode is known to return nothing at times.
      return new Attempt.Passing("an empty answer", Optional.empty());
    }
    return new Attempt.Answered(content.asText());
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
