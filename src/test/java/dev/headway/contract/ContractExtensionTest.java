package dev.headway.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.vertx.core.Vertx;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** That a test fails when its service answers wrongly, although it looks at nothing itself. */
class ContractExtensionTest {
  @Test
  void a_test_in_which_a_service_answered_wrongly_fails() {
    TestExecutionSummary summary = run(AnswersWrongly.class);
    assertThat(summary.getTestsFailedCount()).isEqualTo(1);
    assertThat(summary.getFailures().getFirst().getException())
        .isInstanceOf(AssertionError.class)
        .hasMessageContainingAll(
            "openapi.json does not have these answers", "GET /health/live → 200", "alive");
  }

  @Test
  void a_test_in_which_a_service_answered_rightly_does_not() {
    TestExecutionSummary summary = run(AnswersRightly.class);
    assertThat(summary.getTestsSucceededCount()).isEqualTo(1);
    assertThat(summary.getTotalFailureCount()).isZero();
  }

  private static TestExecutionSummary run(Class<?> test) {
    var listener = new SummaryGeneratingListener();
    LauncherFactory.create()
        .execute(
            LauncherDiscoveryRequestBuilder.request().selectors(selectClass(test)).build(),
            listener);
    return listener.getSummary();
  }

  static class AnswersRightly {
    @Test
    void asks() throws Exception {
      askAServerThatSays("{\"status\":\"live\"}");
    }
  }

  static class AnswersWrongly {
    @Test
    void asks() throws Exception {
      askAServerThatSays("{\"status\":\"alive\"}");
    }
  }

  private static void askAServerThatSays(String body) throws Exception {
    var vertx = Vertx.vertx();
    try (var http = HttpClient.newHttpClient()) {
      var server =
          vertx
              .createHttpServer()
              .requestHandler(request -> {
                var _ =
                    request
                        .response()
                        .putHeader("X-Request-Id", "abc-1")
                        .putHeader("X-Content-Type-Options", "nosniff")
                        .putHeader("Content-Type", "application/json")
                        .putHeader("Cache-Control", "no-store")
                        .end(body);
              })
              .listen(0, "127.0.0.1")
              .await();
      var address = URI.create("http://127.0.0.1:" + server.actualPort() + "/health/live");
      http.send(
          HttpRequest.newBuilder(address).version(HttpClient.Version.HTTP_1_1).build(),
          HttpResponse.BodyHandlers.ofString());
    } finally {
      vertx.close().await();
    }
  }
}
