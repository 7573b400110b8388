package dev.headway;

import static dev.headway.hub.Records.OWNER;
import static dev.headway.hub.Records.change;
import static dev.headway.hub.Records.id;
import static dev.headway.hub.Records.processing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.headway.api.ProblemCode;
import dev.headway.api.ProblemException;
import dev.headway.http.RateLimit;
import dev.headway.hub.ManualTime;
import dev.headway.hub.OwnerPlaces;
import dev.headway.hub.Reading;
import dev.headway.status.OwnerId;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class AdmissionTest {
  private static final HttpServerRequest REQUEST =
      (HttpServerRequest)
          Proxy.newProxyInstance(
              AdmissionTest.class.getClassLoader(),
              new Class<?>[] {HttpServerRequest.class},
              (proxy, method, arguments) -> {
                throw new AssertionError("nothing is decided by the request");
              });
  private static final OwnerId SOMEBODY_ELSE = new OwnerId("b");

  private final AtomicLong open = new AtomicLong();
  private final AtomicLong held = new AtomicLong();
  private final OwnerPlaces places = new OwnerPlaces();
  private final ManualTime time = new ManualTime();
  private double heapTaken;

  private Admission admission(Capacity capacity) {
    return new Admission(
        (request, current, lastEventId, until) -> take(current.change().record().ownerId()),
        (request, owner, picks, until) -> {
          take(owner);
          return Future.succeededFuture();
        },
        (known, atMost) -> {
          held.incrementAndGet();
          return Optional.empty();
        },
        open::get,
        places,
        () -> heapTaken,
        capacity,
        time.ticker());
  }

  private void take(OwnerId owner) {
    open.incrementAndGet();
    places.take(owner);
  }

  private final Admission admission = admission(new Capacity(100, 0, RateLimit.NONE));

  private static void openOne(Admission admission) {
    admission.open(
        REQUEST,
        new Reading(change(processing(id("a"), 1)), Duration.ZERO),
        OptionalLong.empty(),
        Instant.MAX);
  }

  private static ProblemException refusal(Admission admission) {
    return catchThrowableOfType(ProblemException.class, () -> openOne(admission));
  }

  private void hold(Admission admission) {
    var _ = admission.hold(change(processing(id("a"), 1)), Duration.ofSeconds(20));
  }

  @Test
  void streams_are_opened_up_to_the_limit_and_then_refused_as_overload() {
    for (int i = 0; i < 100; i++) {
      openOne(admission);
    }
    assertThat(refusal(admission).code()).isEqualTo(ProblemCode.OVERLOADED);
    assertThat(open).hasValue(100);
    assertThat(admission.refused()).isEqualTo(1);
  }

  @Test
  void a_stream_of_many_uploads_needs_room_as_any_other() {
    open.set(99);
    var opened = admission.openMany(REQUEST, OWNER, Set.of(), Instant.MAX);
    assertThat(opened.succeeded()).isTrue();
    assertThatThrownBy(() -> admission.openMany(REQUEST, OWNER, Set.of(), Instant.MAX))
        .hasMessageContaining("as many streams as it can");
  }

  @Test
  void a_poll_that_finds_no_room_does_not_wait() {
    open.set(99);
    hold(admission);
    assertThat(held).hasValue(1);
    open.set(100);
    hold(admission);
    assertThat(held).hasValue(1);
  }

  @Test
  void a_full_node_is_not_ready_until_it_has_some_room() {
    assertThat(admission.withoutRoom()).isEmpty();
    open.set(100);
    assertThat(admission.withoutRoom()).isPresent();
    open.set(96);
    assertThat(admission.withoutRoom()).isPresent();
    open.set(95);
    assertThat(admission.withoutRoom()).isEmpty();
    open.set(96);
    assertThat(admission.withoutRoom()).isEmpty();
  }

  @Test
  void one_person_gets_a_share_and_no_more_while_others_still_get_theirs() {
    var shared = admission(new Capacity(100, 3, RateLimit.NONE));
    openOne(shared);
    openOne(shared);
    var _ = shared.openMany(REQUEST, OWNER, Set.of(), Instant.MAX);
    ProblemException refused = refusal(shared);
    assertThat(refused.code()).isEqualTo(ProblemCode.TOO_MANY_STREAMS);
    assertThat(refused.retryAfter()).isPresent();
    hold(shared);
    assertThat(held).hasValue(0);
    assertThat(shared.openMany(REQUEST, SOMEBODY_ELSE, Set.of(), Instant.MAX).succeeded()).isTrue();
    places.free(OWNER);
    openOne(shared);
    assertThat(places.of(OWNER)).isEqualTo(3);
    assertThat(shared.withoutRoom()).isEmpty();
  }

  @Test
  void streams_that_come_too_fast_are_told_when_to_come_back() {
    var paced = admission(new Capacity(100, 0, new RateLimit(2, 10)));
    for (int i = 0; i < 10; i++) {
      openOne(paced);
    }
    ProblemException refused = refusal(paced);
    assertThat(refused.code()).isEqualTo(ProblemCode.OVERLOADED);
    assertThat(refused.retryAfter()).hasValue(Duration.ofMillis(500));
    hold(paced); // a poll opens nothing that anybody has to wait for
    assertThat(held).hasValue(1);
    time.pass(Duration.ofMillis(500));
    openOne(paced);
    assertThat(open).hasValue(11);
  }

  @Test
  void a_node_without_memory_takes_nobody_on_until_it_has_some_again() {
    heapTaken = 0.84;
    openOne(admission);
    assertThat(admission.withoutMemory()).isEmpty();
    heapTaken = 0.85;
    assertThat(refusal(admission).code()).isEqualTo(ProblemCode.OVERLOADED);
    hold(admission);
    assertThat(held).hasValue(0);
    assertThat(admission.withoutMemory()).isPresent();
    heapTaken = 0.82;
    assertThat(admission.withoutMemory()).isPresent();
    openOne(admission);
    heapTaken = 0.8;
    assertThat(admission.withoutMemory()).isEmpty();
  }

  @Test
  void a_process_can_hold_some() {
    assertThat(Capacity.streamsAmong(Capacity.connectionsOfThisProcess())).isPositive();
  }
}
