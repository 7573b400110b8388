package dev.headway.tail;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.status.ProcessingStatus;
import dev.headway.tail.RecordingListener.Changed;
import dev.headway.tail.RecordingListener.End;
import dev.headway.tail.RecordingListener.Ended;
import dev.headway.tail.RecordingListener.Leased;
import dev.headway.tail.RecordingListener.Released;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The tail over DynamoDB Local, one database for all tests, one table and lease table for each. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TailIT {
  /** A cold start takes about two seconds; the rest is for busy machines. */
  private static final Duration SOON = Duration.ofSeconds(20);

  /** 50 a second, evenly: what a pause of 50 ms after each find never saw the end of. */
  private static final int STEADY_STEP_MILLIS = 20;

  private static final int PROOFS = 5;

  private static final InstantSource CLOCK = InstantSource.fixed(Items.NOW);

  private final AtomicInteger tables = new AtomicInteger();
  private LocalDatabase database;
  private LocalDatabase.Clients clients;
  private String table = "";
  private String streamArn = "";
  private RecordingListener told = new RecordingListener();

  @BeforeAll
  void startDatabase() throws Exception {
    int port = LocalDatabase.freePort();
    database = new LocalDatabase(port, null);
    clients = LocalDatabase.Clients.of(port);
  }

  @AfterAll
  void stopDatabase() {
    clients.close();
    database.close();
  }

  @BeforeEach
  void newTable() {
    table = "uploads-" + tables.incrementAndGet();
    streamArn = clients.table(table);
    told = new RecordingListener();
  }

  @Test
  void changes_arrive_in_order_and_the_end_is_proved_behind_the_last() throws Exception {
    put(Items.item("before", 1));
    try (Tail tail = tail("w1", told)) {
      tail.start();
      told.awaitVersion(SOON, "before", 1);
      for (int version = 1; version <= 60; version++) {
        put(Items.item("a", version));
        if (version % 10 == 0) {
          put(Items.item("b", version));
        }
      }
      told.awaitVersion(SOON, "b", 60);
      told.awaitEnd(SOON);
      assertThat(told.versions("a")).isSorted().doesNotHaveDuplicates().endsWith(60L);
      assertThat(told.versions("b")).isSorted().doesNotHaveDuplicates().endsWith(60L);
      assertThat(tail.leases())
          .singleElement()
          .satisfies(lease -> assertThat(lease.sinceReadToEnd()).isPresent());
    }
    assertThat(told.events().getLast()).isInstanceOf(Released.class);
  }

  @Test
  void an_item_that_cannot_be_read_stops_nothing() throws Exception {
    try (Tail tail = tail("w1", told)) {
      tail.start();
      put(Items.oddItem("odd"));
      put(Items.item("gone", 1, Items.NOW));
      clients.dynamo().deleteItem(b -> b.tableName(table).key(Items.oddItem("odd"))).join();
      put(Items.item("good", 1));
      told.awaitVersion(SOON, "good", 1);
      assertThat(tail.skipped()).isEqualTo(1);
      assertThat(RecordingListener.ofType(told.events(), Changed.class))
          .extracting(Changed::upload)
          .containsOnly("good");
    }
  }

  @Test
  void a_table_that_was_never_written_is_read_to_its_end() throws Exception {
    try (Tail tail = tail("w1", told)) {
      tail.start();
      told.awaitEnd(SOON);
      put(Items.item("first", 1));
      told.awaitVersion(SOON, "first", 1);
    }
  }

  @Test
  void under_steady_changes_the_end_is_proved_again_and_again() throws Exception {
    var version = new AtomicInteger(1);
    try (Tail tail = tail(withPausesOfACluster("w1"), clients, streamArn, told);
        var writer = Executors.newSingleThreadScheduledExecutor()) {
      tail.start();
      put(Items.item("a", 1));
      told.awaitVersion(SOON, "a", 1);
      told.awaitEnd(SOON);
      int before = RecordingListener.ofType(told.events(), End.class).size();
      var steady =
          writer.scheduleAtFixedRate(
              () -> put(Items.item("a", version.incrementAndGet())),
              0,
              STEADY_STEP_MILLIS,
              TimeUnit.MILLISECONDS);
      told.await(
          SOON,
          "proofs of the end",
          events -> RecordingListener.ofType(events, End.class).size() >= before + PROOFS);
      assertThat(steady.cancel(false)).isTrue(); // it was still writing
    }
  }

  private TailConfig withPausesOfACluster(String worker) {
    var local = TailConfig.local(worker).named("leases-of-" + table);
    var cluster = TailConfig.cluster(worker);
    return new TailConfig(
        local.applicationName(),
        local.workerId(),
        local.soleWorker(),
        cluster.pauseWhenIdle(),
        cluster.pauseWhenBusy(),
        local.checkpointEvery(),
        local.failover(),
        local.assignment(),
        local.leaderLease(),
        local.leaderHeartbeat(),
        local.presence(),
        local.dispatch(),
        local.parentPoll(),
        local.audit(),
        local.restartAfter(),
        local.stopWithin());
  }

  @Test
  void before_any_worker_has_run_every_shard_of_the_stream_counts_as_open() throws Exception {
    try (Tail early = tail("w1", told)) {
      Set<String> open = early.openShards().get();
      assertThat(open).hasSize(1);
      early.start();
      put(Items.item("a", 1));
      told.awaitVersion(SOON, "a", 1);
      assertThat(early.leases()).extracting(ShardLease::shardId).containsExactlyElementsOf(open);
      assertThat(early.openShards().get()).isEqualTo(open);
    }
  }

  @Test
  void a_shard_that_is_closed_is_followed_by_its_child() throws Exception {
    try (Tail tail = tail("w1", told)) {
      tail.start();
      put(Items.item("a", 1));
      told.awaitVersion(SOON, "a", 1);
      for (int version = 2; version <= 3; version++) {
        database.rollShardsOver();
        put(Items.item("a", version));
        told.awaitVersion(SOON, "a", version);
      }
      var last = RecordingListener.ofType(told.events(), Ended.class).getLast().children();
      assertThat(tail.openShards().get()).containsExactlyInAnyOrderElementsOf(last);
    }
    var ended = RecordingListener.ofType(told.events(), Ended.class);
    assertThat(ended).hasSize(2);
    for (Ended end : ended) {
      var told = this.told.events();
      assertThat(end.children()).hasSize(1);
      assertThat(told).containsSubsequence(end, new Leased(end.children().getFirst()));
      assertThat(told).doesNotContain(new Released(end.shard()));
    }
    assertThat(told.versions("a")).containsExactly(1L, 2L, 3L);
  }

  @Test
  void after_a_stop_in_good_order_another_worker_goes_on_where_the_first_was() throws Exception {
    try (Tail first = tail("w1", told)) {
      first.start();
      put(Items.item("a", 1));
      told.awaitVersion(SOON, "a", 1);
    }
    put(Items.item("between", 1));
    var toldNext = new RecordingListener();
    try (Tail second = tail("w2", toldNext)) {
      second.start();
      put(Items.item("a", 2));
      toldNext.awaitVersion(SOON, "a", 2);
      assertThat(toldNext.versions("between")).containsExactly(1L);
      assertThat(toldNext.versions("a")).containsExactly(2L);
    }
  }

  @Test
  void what_the_listener_did_not_take_is_read_again() throws Exception {
    var refusals = new AtomicInteger(2);
    var hesitant =
        new RecordingListener() {
          @Override
          public void changed(String shardId, List<ProcessingStatus> changes) {
            if (refusals.getAndDecrement() > 0) {
              throw new IllegalStateException("not now");
            }
            super.changed(shardId, changes);
          }
        };
    try (Tail tail = tail("w1", hesitant)) {
      put(Items.item("a", 1));
      tail.start();
      put(Items.item("b", 1));
      hesitant.awaitVersion(SOON, "a", 1);
      hesitant.awaitVersion(SOON, "b", 1);
      assertThat(hesitant.events().getFirst()).isInstanceOf(Leased.class);
      assertThat(RecordingListener.ofType(hesitant.events(), Released.class)).hasSize(2);
    }
  }

  @Test
  void a_tail_that_paused_goes_on_without_a_gap_or_a_duplicate() throws Exception {
    try (Tail tail = tail("w1", told)) {
      tail.start();
      put(Items.item("a", 1));
      told.awaitVersion(SOON, "a", 1);
      tail.pause();
      told.await(SOON, "released", e -> e.getLast() instanceof Released);
      put(Items.item("a", 2));
      tail.resume();
      told.awaitVersion(SOON, "a", 2);
      assertThat(told.versions("a")).containsExactly(1L, 2L);
    }
  }

  @Test
  void a_tail_that_starts_before_its_database_catches_up(@TempDir Path folder) throws Exception {
    int port = LocalDatabase.freePort();
    String arn;
    try (var before = new LocalDatabase(port, folder);
        var earlier = LocalDatabase.Clients.of(port)) {
      assertThat(before).isNotNull();
      arn = earlier.table(table);
    }
    try (var later = LocalDatabase.Clients.of(port)) {
      Tail tail = tail(later, arn, "w1", told);
      tail.start();
      hangUpOn(port, 12); // more than the SDK's retries: at least one start has failed
      try (var after = new LocalDatabase(port, folder);
          tail) {
        assertThat(after).isNotNull();
        later.dynamo().putItem(b -> b.tableName(table).item(Items.item("a", 1))).join();
        told.awaitVersion(SOON.multipliedBy(2), "a", 1);
      }
    }
  }

  @Test
  void with_a_database_that_was_kept_the_same_worker_goes_on_at_once(@TempDir Path folder)
      throws Exception {
    int port = LocalDatabase.freePort();
    for (int run = 1; run <= 3; run++) {
      var toldNow = new RecordingListener();
      int start = run * 10;
      try (var kept = new LocalDatabase(port, folder);
          var again = LocalDatabase.Clients.of(port)) {
        String arn = again.table(table);
        again.dynamo().putItem(b -> b.tableName(table).item(Items.item("a", start))).join();
        try (Tail tail = tail(again, arn, "w1", toldNow)) {
          tail.start();
          toldNow.awaitVersion(SOON, "a", start);
          again.dynamo().putItem(b -> b.tableName(table).item(Items.item("a", start + 1))).join();
          toldNow.awaitVersion(SOON, "a", start + 1);
        }
        assertThat(toldNow.versions("a")).containsExactly((long) start, start + 1L);
        kept.rollShardsOver(); // the next run finds its shard closed
      }
    }
  }

  @Test
  void leases_of_shards_that_are_gone_are_tidied_away() throws Exception {
    try (Tail tail = tail("w1", told)) {
      tail.start();
      told.awaitEnd(SOON);
    }
    String gone = told.events().getFirst().shard();
    clients.dynamo().deleteTable(b -> b.tableName(table)).join();
    streamArn = clients.table(table);
    var toldNext = new RecordingListener();
    try (Tail tail = tail("w1", toldNext)) {
      tail.start();
      put(Items.item("a", 1));
      toldNext.awaitVersion(SOON, "a", 1);
    }
    assertThat(toldNext.events()).noneMatch(event -> event.shard().equals(gone));
    assertThat(clients.dynamo().scan(b -> b.tableName("leases-of-" + table)).join().items())
        .extracting(lease -> lease.get("leaseKey"))
        .isNotEmpty()
        .doesNotContain(AttributeValue.fromS(gone));
  }

  @Test
  void a_closed_tail_leaves_no_threads_that_read() throws Exception {
    try (Tail tail = tail("w1", told)) {
      tail.start();
      told.awaitEnd(SOON);
    }
    int events = told.events().size();
    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .noneMatch(name -> name.startsWith("headway-tail"))
        .noneMatch(name -> name.startsWith("prefetch-cache-" + told.events().getFirst().shard()));
    assertThat(told.events()).hasSize(events);
  }

  @Test
  void a_tail_that_never_started_closes() {
    tail("w1", told).close();
    assertThat(told.events()).isEmpty();
  }

  @Test
  void a_tail_that_is_closed_while_it_starts_takes_nothing() throws Exception {
    Tail tail = tail("w1", told);
    tail.start();
    tail.close();
    assertThat(RecordingListener.ofType(told.events(), Leased.class))
        .hasSameSizeAs(RecordingListener.ofType(told.events(), Released.class));
    assertThat(RecordingListener.ofType(told.events(), End.class)).isEmpty();
  }

  private static void hangUpOn(int port, int callers) throws IOException {
    try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      for (int caller = 0; caller < callers; caller++) {
        socket.accept().close();
      }
    }
  }

  private Tail tail(String worker, TailListener listener) {
    return tail(clients, streamArn, worker, listener);
  }

  private Tail tail(LocalDatabase.Clients using, String arn, String worker, TailListener listener) {
    return tail(TailConfig.local(worker).named("leases-of-" + table), using, arn, listener);
  }

  private static Tail tail(
      TailConfig config, LocalDatabase.Clients using, String arn, TailListener listener) {
    return new Tail(
        config,
        using.dynamo(),
        () -> new TableStream(arn, using.streams()),
        Items::decode,
        listener,
        CLOCK,
        System::nanoTime);
  }

  private void put(Map<String, AttributeValue> item) {
    clients.dynamo().putItem(b -> b.tableName(table).item(item)).join();
  }
}
