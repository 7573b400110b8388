package dev.headway;

import static dev.headway.hub.Records.change;
import static dev.headway.hub.Records.id;
import static dev.headway.hub.Records.processing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headway.api.ProblemException;
import dev.headway.hub.Reading;
import dev.headway.status.OwnerId;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class StreamLimitTest {
  private static final HttpServerRequest REQUEST =
      (HttpServerRequest)
          Proxy.newProxyInstance(
              StreamLimitTest.class.getClassLoader(),
              new Class<?>[] {HttpServerRequest.class},
              (proxy, method, arguments) -> {
                throw new AssertionError("the limit looks at no request");
              });

  private final AtomicLong open = new AtomicLong();
  private final StreamLimit limit =
      new StreamLimit(
          (request, current, lastEventId, until) -> open.incrementAndGet(),
          (request, owner, picks, until) -> {
            open.incrementAndGet();
            return Future.succeededFuture();
          },
          (known, atMost) -> {
            throw new AssertionError("a full node holds no poll");
          },
          open::get,
          100);

  private void openOne() {
    limit.open(
        REQUEST,
        new Reading(change(processing(id("a"), 1)), Duration.ZERO),
        OptionalLong.empty(),
        Instant.MAX);
  }

  @Test
  void streams_are_opened_up_to_the_limit_and_then_refused_as_overload() {
    for (int i = 0; i < 100; i++) {
      openOne();
    }
    assertThatThrownBy(this::openOne)
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("as many streams as it can");
    assertThat(open).hasValue(100);
  }

  @Test
  void a_stream_of_many_uploads_needs_room_as_any_other() {
    open.set(99);
    var opened = limit.openMany(REQUEST, new OwnerId("a"), Set.of(), Instant.MAX);
    assertThat(opened.succeeded()).isTrue();
    assertThatThrownBy(() -> limit.openMany(REQUEST, new OwnerId("a"), Set.of(), Instant.MAX))
        .hasMessageContaining("as many streams as it can");
  }

  @Test
  void a_poll_that_finds_no_room_does_not_wait() {
    open.set(100);
    assertThat(limit.hold(change(processing(id("a"), 1)), Duration.ofSeconds(20))).isEmpty();
  }

  @Test
  void a_full_node_is_not_ready_until_it_has_some_room() {
    assertThat(limit.problem()).isEmpty();
    open.set(100);
    assertThat(limit.problem()).isPresent();
    open.set(96);
    assertThat(limit.problem()).isPresent();
    open.set(95);
    assertThat(limit.problem()).isEmpty();
    open.set(96);
    assertThat(limit.problem()).isEmpty();
  }

  @Test
  void a_process_can_hold_some() {
    assertThat(StreamLimit.ofThisProcess()).isPositive();
  }
}
