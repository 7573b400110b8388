package dev.headway.hub;

import static dev.headway.hub.Records.completed;
import static dev.headway.hub.Records.expiring;
import static dev.headway.hub.Records.id;
import static dev.headway.hub.Records.processing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headway.status.OwnerId;
import dev.headway.status.StatusEncoder;
import dev.headway.status.UploadId;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HubTest {
  private static final UploadId A = id("a");

  private final ManualTime time = new ManualTime();
  private final FakeTable table = new FakeTable();
  private final DirectBus bus = new DirectBus();
  private final AtomicInteger encoded = new AtomicInteger();
  private final StatusEncoder encoder =
      record -> {
        encoded.incrementAndGet();
        return Records.ENCODER.encode(record);
      };
  private final Vertx vertx = Vertx.vertx();
  private final Context loop = vertx.getOrCreateContext();
  private final Hub hub =
      new Hub(
          vertx,
          HubConfig.standard(),
          table,
          encoder,
          bus,
          () -> CompletableFuture.completedFuture(Set.of("s1")),
          (id, version) -> CompletableFuture.completedFuture(null),
          time.wallClock(),
          time.ticker());

  @BeforeEach
  void start() {
    hub.start();
  }

  @AfterEach
  void stop() throws Exception {
    hub.close();
    get(vertx.close());
  }

  private static <T> T get(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private <T> Future<T> onLoop(Supplier<Future<T>> call) {
    Promise<T> promise = Promise.promise();
    loop.runOnContext(v -> call.get().onComplete(promise));
    return promise.future();
  }

  private Future<Optional<Reading>> ask(UploadId id, long atLeast) {
    return onLoop(() -> hub.read(id, atLeast, Records.OWNER));
  }

  private Optional<Reading> read(UploadId id, long atLeast) throws Exception {
    return get(ask(id, atLeast));
  }

  private long version(long atLeast) throws Exception {
    return read(A, atLeast).orElseThrow().change().version();
  }

  private void tailIsWell() {
    hub.tail().leased("s1");
    hub.tail().readToEnd("s1");
  }

  private void beat() {
    hub.tail().readToEnd("s1");
    hub.tail().heartbeat();
  }

  @Test
  void a_miss_reads_the_table_and_what_was_read_just_now_is_answered_from_memory()
      throws Exception {
    table.write(processing(A, 3));
    Reading first = read(A, 0).orElseThrow();
    assertThat(first.change().version()).isEqualTo(3);
    assertThat(first.age()).isZero();
    time.passMillis(1500);
    assertThat(read(A, 0).orElseThrow().age()).isEqualTo(Duration.ofMillis(1500));
    assertThat(table.reads()).isEqualTo(1);
  }

  @Test
  void without_a_tail_memory_is_good_for_two_seconds() throws Exception {
    table.write(processing(A, 3));
    read(A, 0);
    time.passMillis(2001);
    table.write(processing(A, 4));
    assertThat(version(0)).isEqualTo(4);
    assertThat(table.reads()).isEqualTo(2);
  }

  @Test
  void with_a_tail_polls_cost_nothing_and_see_every_change() throws Exception {
    tailIsWell();
    table.write(processing(A, 3));
    read(A, 0);
    for (int i = 4; i < 50; i++) {
      time.passMillis(2000);
      hub.tail().changed(List.of(processing(A, i)));
      beat();
      time.passMillis(300);
      Reading reading = read(A, i - 1).orElseThrow();
      assertThat(reading.change().version()).isEqualTo(i);
      assertThat(reading.age()).isEqualTo(Duration.ofMillis(300));
    }
    assertThat(table.reads()).isEqualTo(1);
  }

  @Test
  void when_the_tail_falls_silent_the_table_is_asked_again() throws Exception {
    tailIsWell();
    table.write(processing(A, 3));
    read(A, 0);
    time.passMillis(1900);
    beat();
    time.passMillis(1900);
    read(A, 0);
    assertThat(table.reads()).isEqualTo(1);
    time.passMillis(200);
    read(A, 0);
    assertThat(table.reads()).isEqualTo(2);
  }

  @Test
  void after_a_loss_the_board_does_not_vouch_for_what_it_had_read_before() throws Exception {
    tailIsWell();
    table.write(processing(A, 3));
    read(A, 0);
    time.passMillis(2500);
    bus.lose(true);
    hub.tail().changed(List.of(processing(A, 4)));
    bus.lose(false);
    table.write(processing(A, 4));
    tailIsWell();
    beat();
    assertThat(hub.isWhole()).isTrue();
    assertThat(version(0)).isEqualTo(4);
    assertThat(table.reads()).isEqualTo(2);
  }

  @Test
  void concurrent_misses_share_one_read() throws Exception {
    table.write(processing(A, 3));
    table.hold();
    List<Future<Optional<Reading>>> asked = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      asked.add(ask(A, 0));
    }
    get(onLoop(Future::succeededFuture)); // all of them are under way by now
    table.release();
    for (Future<Optional<Reading>> answer : asked) {
      assertThat(get(answer).orElseThrow().change().version()).isEqualTo(3);
    }
    assertThat(table.reads()).isEqualTo(1);
    assertThat(encoded.get()).isEqualTo(1);
  }

  @Test
  void a_change_that_crosses_a_read_is_not_lost_under_the_older_record() throws Exception {
    table.write(processing(A, 3));
    table.hold();
    Future<Optional<Reading>> asked = ask(A, 0);
    get(onLoop(Future::succeededFuture));
    hub.tail().changed(List.of(processing(A, 4)));
    table.release();
    assertThat(get(asked).orElseThrow().change().version()).isEqualTo(4);
    assertThat(version(0)).isEqualTo(4);
  }

  @Test
  void the_future_completes_on_the_event_loop_of_the_caller() throws Exception {
    table.write(processing(A, 3));
    table.hold();
    Promise<Boolean> sameLoop = Promise.promise();
    loop.runOnContext(v -> {
      Thread mine = Thread.currentThread();
      hub.read(A, 0, Records.OWNER)
          .onComplete(r -> sameLoop.complete(Thread.currentThread() == mine));
    });
    get(onLoop(Future::succeededFuture));
    table.release();
    assertThat(get(sameLoop.future())).isTrue();
  }

  @Test
  void a_validator_above_what_is_held_forces_a_read_of_the_table() throws Exception {
    table.write(processing(A, 3));
    read(A, 0);
    table.write(processing(A, 5));
    assertThat(version(3)).isEqualTo(3);
    assertThat(version(5)).isEqualTo(5);
    assertThat(table.reads()).isEqualTo(2);
  }

  @Test
  void a_validator_above_the_table_too_is_ignored_after_one_read() throws Exception {
    table.write(processing(A, 3));
    read(A, 0);
    assertThat(version(99)).isEqualTo(3);
    assertThat(table.reads()).isEqualTo(2);
  }

  @Test
  void a_validator_is_not_content_with_a_read_that_began_before_it_was_asked() throws Exception {
    table.write(processing(A, 3));
    table.hold();
    Future<Optional<Reading>> early = ask(A, 0);
    get(onLoop(Future::succeededFuture));
    time.passMillis(10);
    table.write(processing(A, 4));
    Future<Optional<Reading>> late = ask(A, 4);
    get(onLoop(Future::succeededFuture));
    table.release();
    assertThat(get(early).orElseThrow().change().version()).isEqualTo(3);
    assertThat(get(late).orElseThrow().change().version()).isEqualTo(4);
    assertThat(table.reads()).isEqualTo(2);
  }

  @Test
  void an_unknown_upload_costs_a_read_every_two_seconds_at_most() throws Exception {
    assertThat(read(A, 0)).isEmpty();
    time.passMillis(1500);
    assertThat(read(A, 0)).isEmpty();
    assertThat(table.reads()).isEqualTo(1);
    time.passMillis(600);
    assertThat(read(A, 0)).isEmpty();
    assertThat(table.reads()).isEqualTo(2);
  }

  @Test
  void somebody_elses_upload_costs_what_an_unknown_one_does_however_well_it_is_known_here()
      throws Exception {
    var mallory = new OwnerId("mallory");
    tailIsWell();
    table.write(processing(A, 3));
    read(A, 0);
    assertThat(table.reads()).isEqualTo(1);

    for (UploadId id : List.of(A, id("unknown"))) {
      int before = table.reads();
      assertThat(get(onLoop(() -> hub.read(id, 0, mallory)))).isEmpty();
      assertThat(table.reads()).isEqualTo(before + 1);
      assertThat(get(onLoop(() -> hub.read(id, 0, mallory)))).isEmpty();
      assertThat(table.reads()).isEqualTo(before + 1);
      assertThat(get(onLoop(() -> hub.read(id, 7, mallory)))).isEmpty();
      assertThat(table.reads()).isEqualTo(before + 2);
      time.passMillis(2001);
      beat();
      assertThat(get(onLoop(() -> hub.read(id, 0, mallory)))).isEmpty();
      assertThat(table.reads()).isEqualTo(before + 3);
    }
  }

  @Test
  void a_table_that_is_away_is_said_to_be_so_whether_the_upload_is_foreign_or_unknown()
      throws Exception {
    var mallory = new OwnerId("mallory");
    table.write(processing(A, 3));
    read(A, 0);
    table.fail(true);
    time.passMillis(5000);
    for (UploadId id : List.of(A, id("unknown"))) {
      assertThatThrownBy(() -> get(onLoop(() -> hub.read(id, 0, mallory))))
          .hasRootCauseMessage("the table is away");
    }
    assertThat(version(0)).isEqualTo(3); // while its owner gets what there is
  }

  @Test
  void what_one_asker_was_refused_is_no_refusal_for_its_owner() throws Exception {
    table.write(processing(A, 3));
    assertThat(get(onLoop(() -> hub.read(A, 0, new OwnerId("mallory"))))).isEmpty();
    assertThat(version(0)).isEqualTo(3);
  }

  @Test
  void an_upload_that_this_node_just_created_is_found_though_it_was_unknown() throws Exception {
    assertThat(read(A, 0)).isEmpty();
    table.write(processing(A, 1));
    hub.put(processing(A, 1));
    assertThat(version(0)).isEqualTo(1);
  }

  @Test
  void an_upload_that_somebody_has_seen_is_looked_for_though_it_was_unknown() throws Exception {
    assertThat(read(A, 0)).isEmpty();
    table.write(processing(A, 1));
    assertThat(version(1)).isEqualTo(1);
  }

  @Test
  void a_write_of_this_node_shows_at_once_and_goes_over_the_bus() throws Exception {
    table.write(processing(A, 3));
    read(A, 0);
    hub.put(completed(A, 4));
    assertThat(version(0)).isEqualTo(4);
    assertThat(bus.published().getLast())
        .isEqualTo(new BusMessage.Changes(List.of(completed(A, 4))));
    assertThat(table.reads()).isEqualTo(1);
  }

  @Test
  void a_terminal_record_is_always_the_newest() throws Exception {
    table.write(completed(A, 9));
    read(A, 0);
    time.pass(Duration.ofSeconds(100));
    assertThat(read(A, 0).orElseThrow().age()).isZero();
    assertThat(table.reads()).isEqualTo(1);
  }

  @Test
  void a_record_whose_life_is_over_is_not_served_from_memory() throws Exception {
    tailIsWell();
    table.write(expiring(A, 3, Records.NOW.plusSeconds(1)));
    assertThat(read(A, 0)).isPresent();
    time.pass(Duration.ofSeconds(1));
    assertThat(read(A, 0)).isEmpty();
    assertThat(table.reads()).isEqualTo(2);
  }

  @Test
  void an_old_record_with_its_age_is_better_than_none_while_the_table_is_away() throws Exception {
    table.write(processing(A, 3));
    read(A, 0);
    table.fail(true);
    time.pass(Duration.ofSeconds(30));
    assertThat(read(A, 3).orElseThrow().age()).isEqualTo(Duration.ofSeconds(30));
    assertThatThrownBy(() -> read(A, 4)).hasMessageContaining("the table is away");
    time.pass(Duration.ofSeconds(31));
    assertThatThrownBy(() -> read(A, 0)).hasMessageContaining("the table is away");
    assertThatThrownBy(() -> read(id("b"), 0)).hasMessageContaining("the table is away");
    table.fail(false);
    assertThat(version(0)).isEqualTo(3);
  }

  @Test
  void a_change_that_nobody_cares_for_is_not_even_encoded() {
    hub.tail().changed(List.of(processing(A, 1), processing(id("b"), 1)));
    assertThat(encoded.get()).isZero();
  }

  @Test
  void subscribers_get_each_newer_version_encoded_once_for_all() throws Exception {
    table.write(processing(A, 3));
    Change known = read(A, 0).orElseThrow().change();
    List<Change> first = new ArrayList<>();
    List<Change> second = new ArrayList<>();
    List<Hub.Subscribed> places = new ArrayList<>();
    for (List<Change> to : List.of(first, second)) {
      places.add(get(onLoop(() -> Future.succeededFuture(hub.subscribe(known, listener(to))))));
    }
    assertThat(places).allSatisfy(p -> assertThat(p.newest().version()).isEqualTo(3));
    hub.tail().changed(List.of(processing(A, 4)));
    hub.tail().changed(List.of(processing(A, 4), processing(A, 2)));
    get(onLoop(Future::succeededFuture));
    assertThat(first).extracting(Change::version).containsExactly(4L);
    assertThat(second).isEqualTo(first);
    assertThat(encoded.get()).isEqualTo(2);
    assertThat(hub.watchedUploads()).isEqualTo(1);
    places.forEach(p -> loop.runOnContext(v -> p.subscription().cancel()));
    get(onLoop(Future::succeededFuture));
    assertThat(hub.watchedUploads()).isZero();
  }

  @Test
  void who_subscribes_with_an_older_version_is_told_the_newest() throws Exception {
    table.write(processing(A, 3));
    Change known = read(A, 0).orElseThrow().change();
    hub.tail().changed(List.of(processing(A, 4)));
    Hub.Subscribed subscribed =
        get(
            onLoop(
                () -> Future.succeededFuture(hub.subscribe(known, listener(new ArrayList<>())))));
    assertThat(subscribed.newest().version()).isEqualTo(4);
  }

  @Test
  void only_an_event_loop_may_subscribe() {
    Change known = Records.change(processing(A, 3));
    assertThatThrownBy(() -> hub.subscribe(known, listener(new ArrayList<>())))
        .isInstanceOf(IllegalStateException.class);
  }

  private static Subscriber listener(List<Change> to) {
    return new Subscriber() {
      @Override
      public void changed(Change change) {
        to.add(change);
      }

      @Override
      public void expired(UploadId id) {
        throw new AssertionError("nothing expires here");
      }
    };
  }
}
