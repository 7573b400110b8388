package dev.headway.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HealthTest {
  private final Vertx vertx = Vertx.vertx();
  private final AtomicLong delivered = new AtomicLong();
  private final Metrics metrics =
      new Metrics().counter("headway_delivered", "Events.", delivered::get);
  private int port;

  @BeforeEach
  void start() {
    Health health =
        new Health(
            List.of(
                new Health.Check("fine", Optional::empty),
                new Health.Check(
                    "broken",
                    () -> {
                      throw new IllegalStateException("secret");
                    })));
    Router router = Router.router(vertx);
    router.route("/live").handler(health.live());
    router.route("/ready").handler(health.ready());
    router.route("/metrics").handler(metrics.text());
    HttpServer server =
        vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1").await();
    port = server.actualPort();
  }

  @AfterEach
  void stop() {
    vertx.close().await();
    metrics.close();
  }

  @Test
  void a_check_that_fails_itself_makes_a_node_not_ready_but_not_dead() {
    assertThat(get("/live").statusCode()).isEqualTo(200);
    HttpResponse<String> ready = get("/ready");
    assertThat(ready.statusCode()).isEqualTo(503);
    assertThat(ready.headers().firstValue("Retry-After")).contains("1");
    assertThat(ready.body())
        .contains("{\"name\":\"fine\",\"ok\":true}", "the check itself failed")
        .doesNotContain("secret");
  }

  @Test
  void a_counter_is_read_when_it_is_asked_for() {
    delivered.set(7);
    System.gc(); // Micrometer would forget what nobody else holds.
    assertThat(get("/metrics").body()).contains("headway_delivered_total 7.0");
    delivered.set(9);
    assertThat(get("/metrics").body()).contains("headway_delivered_total 9.0");
  }

  private HttpResponse<String> get(String path) {
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
          HttpResponse.BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
