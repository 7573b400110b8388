package dev.headway.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

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

  private static java.util.List<String> faultsOf(Answer answer, String... paths) throws Exception {
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
