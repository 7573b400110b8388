package dev.headway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.api.ProblemCode;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens for whoever asks, where somebody allowed that, and only there. */
class DevelopmentSignInTest {
  private static final String PATH = "/development/token";

  @TempDir Path page;
  private TestService service;

  @BeforeEach
  void start() throws IOException {
    Files.writeString(page.resolve("index.html"), "<!doctype html>");
    var signIn = new DevelopmentSignIn(List.of("ada", "grace"), user -> "of " + user.value());
    var settings = new PageSettings(true, 1000).withDevelopmentSignIn(signIn);
    var config = HttpConfig.of("127.0.0.1", 0, settings).withLimits(RequestLimits.NONE);
    service = new TestService(page, _ -> config);
  }

  @AfterEach
  void stop() {
    service.close();
  }

  private HttpResponse<String> ask(String body, String... headers) {
    return service.post(PATH, body, headers);
  }

  /** The status of the answer to a request that names another host, as browsers let nobody. */
  private int askAs(String host) throws IOException {
    String body = "{\"user\":\"ada\"}";
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), service.port())) {
      socket
          .getOutputStream()
          .write(
              "POST %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s"
                  .formatted(PATH, host, body.length(), body)
                  .getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      return Integer.parseInt(answer.split(" ", 3)[1]);
    }
  }

  @Test
  void the_page_learns_whom_it_may_offer_and_gets_their_tokens() {
    var settings = new JsonObject(service.send("GET", "/settings.json").body());
    assertThat(settings.getJsonArray("developmentUsers")).containsExactly("ada", "grace");
    HttpResponse<String> answer =
        ask("{\"user\":\"ada\"}", "Origin", "http://127.0.0.1:" + service.port());
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("{\"token\":\"of ada\"}");
    ServiceTest.assertHeader(answer, "Cache-Control", "no-store");
  }

  @Test
  void a_service_that_was_not_told_to_gives_out_none() {
    try (var deployed = new TestService(page)) {
      ServiceTest.assertProblem(deployed.post(PATH, "{\"user\":\"ada\"}"), ProblemCode.NOT_FOUND);
      assertThat(deployed.send("GET", "/settings.json").body()).doesNotContain("developmentUsers");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://evil.example", "https://127.0.0.1", "null"})
  void a_page_of_another_origin_gets_none(String origin) {
    ServiceTest.assertProblem(ask("{\"user\":\"ada\"}", "Origin", origin), ProblemCode.NOT_FOUND);
  }

  @ParameterizedTest
  @CsvSource({"evil.example, 404", "127.0.0.1.evil.example, 404", "localhost, 200", "[::1], 200"})
  void a_name_that_somebody_pointed_to_this_machine_gets_none(String host, int status)
      throws IOException {
    assertThat(askAs(host + ":" + service.port())).isEqualTo(status);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "[]", "{}", "{\"user\":\" \"}"})
  void what_names_nobody_is_refused(String body) {
    ServiceTest.assertProblem(ask(body), ProblemCode.INVALID_REQUEST);
  }
}
