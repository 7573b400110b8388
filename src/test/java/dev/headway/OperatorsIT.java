package dev.headway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.headway.local.FreePorts;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What operators ask a real process of the service, which needs nothing of AWS for that. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OperatorsIT {
  private final int port = FreePorts.first();
  private final HttpClient http = HttpClient.newHttpClient();
  private Launched serve;

  @BeforeAll
  void start() throws Exception {
    Map<String, String> nowhere = new HashMap<>();
    for (String needed : new String[] {"ISSUER", "AUDIENCE", "UPLOAD_BUCKET"}) {
      nowhere.put("HEADWAY_" + needed, "none");
    }
    nowhere.put("HEADWAY_JWKS_URL", "http://127.0.0.1:9/");
    nowhere.put("HEADWAY_HOST", "127.0.0.1");
    nowhere.put("HEADWAY_PORT", "" + port);
    nowhere.put("HEADWAY_MANAGEMENT_PORT", "" + (port + 1));
    nowhere.put("HEADWAY_WARM_UP_SECONDS", "0");
    nowhere.put("HEADWAY_DRAIN_SECONDS", "0");
    nowhere.put("HEADWAY_JAVA_OPTS", "-Dheadway.log=json -XX:TieredStopAtLevel=1");
    nowhere.put("AWS_REGION", "us-east-1");
    nowhere.put("AWS_ACCESS_KEY_ID", "none");
    nowhere.put("AWS_SECRET_ACCESS_KEY", "none");
    nowhere.put("AWS_ENDPOINT_URL", "http://127.0.0.1:9");
    serve = Launched.serve(nowhere);
    serve.awaitLine("serving on port");
  }

  @AfterAll
  void stop() {
    serve.close();
    http.close();
  }

  @Test
  void the_level_of_the_log_changes_while_the_process_runs() throws Exception {
    String before = askForAnything();
    assertThat(manage("PUT", "/log-levels/dev.headway.http", "debug").statusCode()).isEqualTo(200);
    assertThat(levels().path("dev.headway.http").asText()).isEqualTo("DEBUG");
    String during = askForAnything();
    // What is asked for is written down, by the id that the answer has.
    JsonNode line = new ObjectMapper().readTree(serve.awaitLine(during));
    assertThat(line.path("requestId").asText()).isEqualTo(during);
    assertThat(line.path("message").asText()).startsWith("GET /status/some 401");
    assertThat(serve.said()).doesNotContain(before);

    assertThat(manage("DELETE", "/log-levels", "").statusCode()).isEqualTo(200);
    assertThat(levels().has("dev.headway.http")).isFalse();
    String after = askForAnything();
    // A line that is surely written, after which that of the request would have been.
    assertThat(manage("PUT", "/log-levels/dev.headway.tail", "error").statusCode()).isEqualTo(200);
    serve.awaitLine("dev.headway.tail");
    assertThat(serve.said()).doesNotContain(after);
  }

  @Test
  void a_level_or_a_logger_that_is_none_changes_nothing() throws Exception {
    JsonNode before = levels();
    assertThat(manage("PUT", "/log-levels/dev.headway", "loud").statusCode()).isEqualTo(400);
    assertThat(manage("PUT", "/log-levels/dev.headway", "D".repeat(5_000)).statusCode())
        .isEqualTo(400);
    assertThat(manage("PUT", "/log-levels/dev.headway", "").statusCode()).isEqualTo(400);
    assertThat(manage("PUT", "/log-levels/%20", "DEBUG").statusCode()).isEqualTo(400);
    assertThat(manage("PUT", "/log-levels", "DEBUG").statusCode()).isIn(404, 405);
    assertThat(levels()).isEqualTo(before);
  }

  @Test
  void all_loggers_together_are_called_root() throws Exception {
    assertThat(manage("PUT", "/log-levels/root", "ERROR").statusCode()).isEqualTo(200);
    assertThat(levels().path("root").asText()).isEqualTo("ERROR");
    assertThat(manage("DELETE", "/log-levels", "").statusCode()).isEqualTo(200);
    assertThat(levels().path("root").asText()).isNotEqualTo("ERROR");
  }

  @Test
  void the_router_is_not_made_to_write_addresses_down() throws Exception {
    for (String name : new String[] {"io.vertx.ext.web", "io.vertx.ext.web.impl.RouterImpl"}) {
      assertThat(manage("PUT", "/log-levels/" + name, "TRACE").statusCode()).isEqualTo(400);
      assertThat(manage("PUT", "/log-levels/" + name, "WARN").statusCode()).isEqualTo(200);
    }
    assertThat(manage("DELETE", "/log-levels", "").statusCode()).isEqualTo(200);
  }

  @Test
  void the_port_that_is_served_to_the_world_changes_no_level() throws Exception {
    for (String method : new String[] {"GET", "PUT", "DELETE"}) {
      for (String path : new String[] {"/log-levels", "/log-levels/dev.headway"}) {
        assertThat(send(port, method, path, "DEBUG").statusCode()).isIn(404, 405);
      }
    }
  }

  @Test
  void health_and_figures_are_told_on_both() throws Exception {
    for (int where : new int[] {port, port + 1}) {
      assertThat(send(where, "GET", "/health/live", "").statusCode()).isEqualTo(200);
      assertThat(send(where, "GET", "/health/ready", "").body()).contains("database", "not ready");
      assertThat(send(where, "GET", "/metrics", "").body()).contains("headway_streams_open");
    }
  }

  /** Returns the id of the request, which is refused: it has no token. */
  private String askForAnything() throws IOException, InterruptedException {
    return send(port, "GET", "/status/some", "").headers().firstValue("X-Request-Id").orElseThrow();
  }

  private JsonNode levels() throws IOException, InterruptedException {
    return new ObjectMapper().readTree(manage("GET", "/log-levels", "").body());
  }

  private HttpResponse<String> manage(String method, String path, String body)
      throws IOException, InterruptedException {
    return send(port + 1, method, path, body);
  }

  private HttpResponse<String> send(int where, String method, String path, String body)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + where + path))
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    return http.send(request.build(), BodyHandlers.ofString());
  }
}
