package dev.headway.leads;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChatCompletionsTest {
  private static final Instant NOW = Instant.parse("2025-01-09T10:00:00Z");
  private static final RemainingTime PLENTY = () -> Duration.ofMinutes(10);

  private final JsonMapper mapper = new JsonMapper();
  private final Queue<Answer> answers = new ArrayDeque<>();
  private final List<JsonNode> questions = new ArrayList<>();
  private final List<String> keys = new ArrayList<>();
  private final List<Duration> pauses = new ArrayList<>();
  private final CountDownLatch released = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private HttpServer server;
  private ChatCompletions model;

  @FunctionalInterface
  private interface Answer {
    void to(HttpExchange exchange) throws IOException;
  }

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext(
        "/v1/chat/completions",
        exchange -> {
          questions.add(mapper.readTree(exchange.getRequestBody().readAllBytes()));
          keys.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
          answers.remove().to(exchange);
        });
    server.start();
    URI base = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/v1");
    model =
        new ChatCompletions(
            new ModelConfig(
                base,
                () -> "secret",
                "some-model",
                Duration.ofSeconds(2),
                Duration.ofMillis(1500),
                3,
                Duration.ofSeconds(1)),
            InstantSource.fixed(NOW),
            pauses::add);
  }

  @AfterEach
  void stop() {
    released.countDown();
    model.close();
    server.stop(0);
    threads.shutdownNow();
  }

  private static Answer status(int status, String... header) {
    return exchange -> {
      if (header.length == 2) {
        exchange.getResponseHeaders().set(header[0], header[1]);
      }
      exchange.sendResponseHeaders(status, -1);
      exchange.close();
    };
  }

  private static Answer body(String body) {
    return exchange -> {
      byte[] bytes = body.getBytes(UTF_8);
      exchange.sendResponseHeaders(200, bytes.length);
      exchange.getResponseBody().write(bytes);
      exchange.close();
    };
  }

  private Answer content(String content) {
    var root = mapper.createObjectNode();
    root.putArray("choices")
        .addObject()
        .put("finish_reason", "stop")
        .putObject("message")
        .put("content", content);
    return body(root.toString());
  }

  private String ask(RemainingTime time) {
    return model.ask("do it", "{\"rows\":[]}", time);
  }

  @Test
  void the_question_is_what_an_OpenAI_compatible_model_expects() {
    answers.add(content("{}"));
    assertThat(ask(PLENTY)).isEqualTo("{}");
    JsonNode question = questions.getFirst();
    assertThat(question.at("/model").asText()).isEqualTo("some-model");
    assertThat(question.at("/temperature").asInt(-1)).isZero();
    assertThat(question.at("/response_format/type").asText()).isEqualTo("json_object");
    assertThat(question.at("/messages/0/role").asText()).isEqualTo("system");
    assertThat(question.at("/messages/1/role").asText()).isEqualTo("user");
    assertThat(question.at("/messages/1/content").asText()).isEqualTo("{\"rows\":[]}");
    assertThat(keys).containsExactly("Bearer secret");
  }

  @Test
  void a_rate_limit_is_waited_out_for_as_long_as_the_server_asks() {
    answers.add(status(429, "Retry-After", "7"));
    answers.add(status(503, "Retry-After", "Thu, 9 Jan 2025 10:00:09 GMT"));
    answers.add(content("ok"));
    assertThat(ask(PLENTY)).isEqualTo("ok");
    assertThat(pauses).containsExactly(Duration.ofSeconds(7), Duration.ofSeconds(9));
  }

  @Test
  void without_advice_the_pauses_grow_and_are_jittered() {
    answers.add(status(500));
    answers.add(status(502));
    answers.add(content("ok"));
    assertThat(ask(PLENTY)).isEqualTo("ok");
    assertThat(pauses.get(0)).isBetween(Duration.ofMillis(250), Duration.ofMillis(500));
    assertThat(pauses.get(1)).isBetween(Duration.ofMillis(500), Duration.ofMillis(1000));
  }

  @Test
  void attempts_are_limited() {
    for (int i = 0; i < 3; i++) {
      answers.add(status(500));
    }
    assertThatThrownBy(() -> ask(PLENTY))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("status 500");
    assertThat(questions).hasSize(3);
  }

  @Test
  void nobody_waits_longer_than_the_invocation_lives() {
    answers.add(status(429, "Retry-After", "60"));
    assertThatThrownBy(() -> ask(() -> Duration.ofSeconds(30))).isInstanceOf(ModelException.class);
    assertThat(pauses).isEmpty();
    assertThatThrownBy(() -> ask(() -> Duration.ofMillis(900)))
        .hasMessageContaining("no time is left");
    assertThat(questions).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 402, 404, 302})
  void a_refusal_is_not_repeated(int status) {
    answers.add(status(status));
    assertThatThrownBy(() -> ask(PLENTY))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining(Integer.toString(status))
        .hasMessageNotContaining("secret");
    assertThat(questions).hasSize(1);
  }

  @Test
  void broken_and_empty_answers_are_asked_for_again() {
    answers.add(body("<html>oops"));
    answers.add(body("{\"choices\":[{\"message\":{\"content\":\"\"}}]}"));
    answers.add(content("ok"));
    assertThat(ask(PLENTY)).isEqualTo("ok");
  }

  @Test
  void an_answer_that_is_cut_off_is_none() {
    answers.add(
        body("{\"choices\":[{\"finish_reason\":\"length\",\"message\":{\"content\":\"{\"}}]}"));
    assertThatThrownBy(() -> ask(PLENTY)).hasMessageContaining("cut off");
  }

  @Test
  void an_answer_without_end_is_cut() {
    answers.add(exchange -> {
      exchange.sendResponseHeaders(200, 0);
      byte[] block = new byte[1 << 16];
      try {
        for (int i = 0; i < 200; i++) {
          exchange.getResponseBody().write(block);
        }
      } finally {
        exchange.close();
      }
    });
    answers.add(content("ok"));
    assertThat(ask(PLENTY)).isEqualTo("ok");
    assertThat(questions).hasSize(2);
  }

  @Test
  void a_model_that_says_nothing_is_given_up_in_time() {
    Answer silence =
        exchange -> {
          exchange.sendResponseHeaders(200, 0); // headers, and then a body that never comes
          try {
            released.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          exchange.close();
        };
    answers.add(silence);
    answers.add(content("ok"));
    assertThat(ask(PLENTY)).isEqualTo("ok");
    assertThat(questions).hasSize(2);
  }

  @Test
  void a_model_that_is_not_there_is_a_ModelException() {
    server.stop(0);
    assertThatThrownBy(() -> ask(PLENTY)).isInstanceOf(ModelException.class);
    assertThat(pauses).hasSize(2);
  }
}
