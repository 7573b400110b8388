package dev.headway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.http.WebRoot;
import io.vertx.core.Vertx;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WarmUpTest {
  private final Vertx vertx = ServeCommand.newVertx();

  @AfterEach
  void close() {
    vertx.close().await();
  }

  @Test
  void readers_come_poll_and_stream_until_the_end_before_the_node_has_any() {
    assertThat(WarmUp.run(vertx, 2, WebRoot.fromClasspath(), Duration.ofMillis(500))).isPositive();
  }

  @Test
  void no_limit_of_the_node_keeps_any_of_them_out() {
    assertThat(WarmUp.run(vertx, 2, WebRoot.fromClasspath(), Duration.ofMinutes(1)))
        .isGreaterThanOrEqualTo(WarmUp.STREAMS);
  }

  @Test
  void a_node_that_is_in_a_hurry_is_ready_at_once() {
    assertThat(WarmUp.run(vertx, 2, WebRoot.fromClasspath(), Duration.ZERO)).isZero();
  }
}
