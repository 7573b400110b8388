package dev.headway.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.TestCertificate;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That what a server of this JVM says is heard, without a word to anybody. */
class WireTapTest {
  @Test
  void a_deliberately_wrong_answer_of_any_server_is_noticed() throws Exception {
    assertThat(faultsOf(request -> request.response().end("{}"), "/status"))
        .singleElement()
        .asString()
        .contains("content type", "Cache-Control is missing", "GET /status → 200");
  }

  @Test
  void answers_with_chunks_and_on_a_kept_connection_are_each_taken_apart() throws Exception {
    assertThat(
            faultsOf(
                request -> {
                  var response =
                      request
                          .response()
                          .putHeader("Content-Type", "application/json")
                          .putHeader("Cache-Control", "no-store")
                          .setChunked(true);
                  response.write("{\"status\":");
                  response.end("/health/live".equals(request.path()) ? "\"live\"}" : "\"dead\"}");
                },
                "/health/live",
                "/health/ready",
                "/health/live"))
        .singleElement()
        .asString()
        .contains("GET /health/ready → 200", "checks", "dead");
  }

  @Test
  void what_a_server_of_ours_said_before_it_could_be_known_is_judged_too() throws Exception {
    var first = new AtomicBoolean(true);
    assertThat(
            faultsOf(
                request -> {
                  if (first.getAndSet(false)) {
                    request.response().headers().remove("X-Request-Id");
                  }
                  request.response().setStatusCode(404).end();
                },
                "/first",
                "/second"))
        .hasSize(2)
        .first()
        .asString()
        .contains("there is no X-Request-Id", "GET /first → 404");
  }

  @Test
  void wrong_answers_over_TLS_and_HTTP_2_are_noticed(@TempDir Path folder) throws Exception {
    var own = TestCertificate.in(folder);
    var options =
        new HttpServerOptions()
            .setSsl(true)
            .setUseAlpn(true)
            .setKeyCertOptions(
                new PemKeyCertOptions()
                    .addKeyPath(own.key().toString())
                    .addCertPath(own.certificate().toString()));
    var client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_2)
            .sslContext(own.trusting())
            .build();
    var vertx = Vertx.vertx();
    try (client) {
      var server =
          vertx
              .createHttpServer(options)
              .requestHandler(request -> {
                var response =
                    request
                        .response()
                        .putHeader("X-Request-Id", "abc-1")
                        .putHeader("X-Content-Type-Options", "nosniff")
                        .putHeader("Content-Type", "application/json")
                        .putHeader("Cache-Control", "no-store");
                response.write("{\"status\":");
                response.end("/health/live".equals(request.path()) ? "\"live\"}" : "\"dead\"}");
              })
              .listen(0, "127.0.0.1")
              .await();
      long before = Judge.judged();
      for (String path : List.of("/health/live", "/health/ready", "/health/live")) {
        var answer =
            client.send(
                HttpRequest.newBuilder(
                        URI.create("https://127.0.0.1:" + server.actualPort() + path))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
      }
      assertThat(Judge.takeFaults())
          .singleElement()
          .asString()
          .contains("GET /health/ready → 200", "checks", "dead");
      assertThat(Judge.judged()).isEqualTo(before + 3);
    } finally {
      vertx.close().await();
    }
  }

  @Test
  void a_server_that_is_not_ours_is_left_alone() throws Exception {
    long before = Judge.judged();
    var vertx = Vertx.vertx();
    try {
      var server =
          vertx.createHttpServer().requestHandler(r -> r.response().end("?")).listen(0).await();
      ask(server.actualPort(), "/status");
      assertThat(Judge.takeFaults()).isEmpty();
      assertThat(Judge.judged()).isEqualTo(before);
    } finally {
      vertx.close().await();
    }
  }

  private interface Answer {
    void to(HttpServerRequest request);
  }

  private static List<String> faultsOf(Answer answer, String... paths) throws Exception {
    var vertx = Vertx.vertx();
    try {
      var server =
          vertx
              .createHttpServer()
              .requestHandler(request -> {
                request
                    .response()
                    .putHeader("X-Request-Id", "abc-1")
                    .putHeader("X-Content-Type-Options", "nosniff");
                answer.to(request);
              })
              .listen(0, "127.0.0.1")
              .await();
      for (String path : paths) {
        ask(server.actualPort(), path);
      }
      return Judge.takeFaults();
    } finally {
      vertx.close().await();
    }
  }

  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private static void ask(int port, String path) throws IOException, InterruptedException {
    HTTP.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
        HttpResponse.BodyHandlers.ofString());
  }
}
