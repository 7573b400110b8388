package dev.headway.tail;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.hub.Bus;
import dev.headway.hub.BusListener;
import dev.headway.hub.BusMessage;
import dev.headway.hub.Change;
import dev.headway.hub.Delivery;
import dev.headway.hub.FakeTable;
import dev.headway.hub.Hub;
import dev.headway.hub.HubConfig;
import dev.headway.hub.Records;
import dev.headway.hub.Sender;
import dev.headway.hub.Subscriber;
import dev.headway.status.ProcessingStatus;
import dev.headway.status.UploadId;
import dev.headway.tail.FaultyStreams.Refusal;
import dev.headway.tail.RecordingListener.Changed;
import dev.headway.tail.RecordingListener.Ended;
import dev.headway.tail.RecordingListener.Event;
import dev.headway.tail.RecordingListener.Leased;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What DynamoDB does to readers of a stream, and what becomes of it on the board: the tail loses
 * nothing, a subscriber sees each version once and in order, and the board does not call itself
 * whole while it is not.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TailFaultsIT {
  private static final Duration SOON = Duration.ofSeconds(40);
  private static final InstantSource CLOCK = InstantSource.fixed(Items.NOW);
  private static final String UPLOAD = "a";
  private static final String ANOTHER = "b";

  private final AtomicInteger tables = new AtomicInteger();
  private final List<Node> nodes = new ArrayList<>();
  private final Wire wire = new Wire();
  private LocalDatabase database;
  private LocalDatabase.Clients clients;
  private Vertx vertx;
  private String table = "";
  private String streamArn = "";

  /** The same records as the table of the stream, for the hubs. */
  private FakeTable records = new FakeTable();

  @BeforeAll
  void startDatabase() throws Exception {
    int port = LocalDatabase.freePort();
    database = new LocalDatabase(port, null);
    clients = LocalDatabase.Clients.of(port);
    vertx = Vertx.vertx();
  }

  @AfterAll
  void stopDatabase() throws Exception {
    wire.close();
    vertx.close().await(10, TimeUnit.SECONDS);
    clients.close();
    database.close();
  }

  @BeforeEach
  void newTable() {
    table = "faulty-" + tables.incrementAndGet();
    streamArn = clients.table(table);
    records = new FakeTable();
  }

  @AfterEach
  void stopNodes() {
    nodes.forEach(Node::close);
    nodes.clear();
    wire.cut();
  }

  @ParameterizedTest
  @EnumSource(Refusal.class)
  void refused_reads_lose_nothing_and_meanwhile_the_board_is_not_whole(Refusal how)
      throws Exception {
    Node node = node(TailConfig.local("w1"));
    put(1);
    List<Long> seen = node.watch();
    await("the board is whole", node.hub::isWhole);
    node.streams.refuseReads(how);
    put(2);
    putAnother();
    await("the board is not whole", () -> !node.hub.isWhole());
    assertThat(node.streams.refusedReads()).isPositive();
    await("what the tail cannot read comes from the table", () -> seen.contains(2L));
    assertThat(node.told.versions(UPLOAD)).containsExactly(1L);
    node.streams.allowReads();
    put(3);
    node.told.awaitVersion(SOON, UPLOAD, 3);
    await("the board is whole again", node.hub::isWhole);
    await("the subscriber has all", () -> seen.contains(3L));
    node.told.awaitVersion(SOON, ANOTHER, 1); // of one upload the newest in a batch is enough
    if (how != Refusal.TRIMMED) { // then from the oldest on, which the board does not take again
      assertThat(node.told.versions(UPLOAD)).isSorted().doesNotHaveDuplicates();
    }
    assertThat(seen).isSorted().doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 15}) // fewer and more than the adapter tries for a shard's children
  void a_shard_whose_children_cannot_be_asked_for_is_followed_by_them_all_the_same(int refusals)
      throws Exception {
    Node node = node(TailConfig.local("w1"));
    put(1);
    List<Long> seen = node.watch();
    node.told.awaitVersion(SOON, UPLOAD, 1);
    await("the board is whole", node.hub::isWhole);
    node.streams.refuseDescriptions(refusals);
    database.rollShardsOver();
    put(2);
    await("the board is not whole", () -> !node.hub.isWhole());
    await("the subscriber has what the tail has not", () -> seen.contains(2L));
    node.told.awaitVersion(SOON, UPLOAD, 2);
    assertThat(node.streams.hasRefusedEnough()).isTrue();
    await("the board is whole again", node.hub::isWhole);
    assertThat(node.told.versions(UPLOAD)).containsExactly(1L, 2L);
    assertThat(node.wholeBeforeTheirTime).isEmpty();
    assertThat(seen).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void shards_roll_over_between_two_nodes_without_a_gap_and_no_board_trusts_an_unread_child()
      throws Exception {
    try (Node seed =
        node(TailConfig.local("seed"))) { // an empty lease table makes KCL wait up to 30 s
      put(1);
      seed.told.awaitVersion(SOON, UPLOAD, 1);
    }
    Node one = node(TailConfig.cluster("one"));
    Node two = node(TailConfig.cluster("two"));
    List<Long> seenAtOne = one.watch();
    List<Long> seenAtTwo = two.watch();
    for (int version = 2; version <= 6; version += 2) {
      put(version);
      awaitAtEither(one, two, version);
      await("both are whole", () -> one.hub.isWhole() && two.hub.isWhole());
      database.rollShardsOver();
      put(version + 1);
      awaitAtEither(one, two, version + 1);
    }
    await("both are whole", () -> one.hub.isWhole() && two.hub.isWhole());
    await("both have all", () -> seenAtOne.contains(7L) && seenAtTwo.contains(7L));
    assertThat(seenAtOne).isSorted().doesNotHaveDuplicates();
    assertThat(seenAtTwo).isSorted().doesNotHaveDuplicates();
    assertThat(Stream.concat(changes(one), changes(two)).sorted().distinct())
        .containsExactlyElementsOf(LongStream.rangeClosed(2, 7).boxed().toList());
    assertThat(one.wholeBeforeTheirTime).isEmpty();
    assertThat(two.wholeBeforeTheirTime).isEmpty();
    var events = new ArrayList<Event>(one.told.events());
    events.addAll(two.told.events());
    assertThat(RecordingListener.ofType(events, Ended.class)).hasSize(3).doesNotHaveDuplicates();
    assertThat(RecordingListener.ofType(events, Leased.class)).doesNotHaveDuplicates();
  }

  private static Stream<Long> changes(Node node) {
    return RecordingListener.ofType(node.told.events(), Changed.class).stream()
        .map(Changed::version)
        .filter(version -> version > 1);
  }

  private static void awaitAtEither(Node one, Node two, long version) {
    await(
        "version " + version,
        () ->
            one.told.versions(UPLOAD).contains(version)
                || two.told.versions(UPLOAD).contains(version));
  }

  private static void await(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + SOON.toNanos();
    while (!condition.getAsBoolean() && System.nanoTime() < deadline) {
      LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
    }
    assertThat(condition.getAsBoolean()).as(what).isTrue();
  }

  private Node node(TailConfig config) {
    var node = new Node(config.named("leases-of-" + table));
    nodes.add(node);
    node.start();
    return node;
  }

  private void put(long version) {
    var item = Items.item(UPLOAD, version);
    records.write(Items.status(UPLOAD, version, Items.LATER));
    clients.dynamo().putItem(b -> b.tableName(table).item(item)).join();
  }

  private void putAnother() {
    clients.dynamo().putItem(b -> b.tableName(table).item(Items.item(ANOTHER, 1))).join();
  }

  /** A tail and a hub, as in a node, on a wire that all share. */
  private final class Node implements AutoCloseable {
    private final FaultyStreams streams = new FaultyStreams(clients.streams());
    private final Hub hub;
    private final Tail tail;
    private final ToHub told = new ToHub();

    /** Shards of which a board was whole before they were read to their end. */
    private final Set<String> wholeBeforeTheirTime = new HashSet<>();

    Node(TailConfig config) {
      hub =
          new Hub(
              vertx,
              HubConfig.standard(),
              records,
              Records.ENCODER,
              wire.plug(config.workerId()),
              this::openShards,
              (id, version) -> CompletableFuture.completedFuture(null),
              CLOCK,
              System::nanoTime);
      tail =
          new Tail(
              config,
              clients.dynamo(),
              () -> new TableStream(streamArn, streams),
              Items::decode,
              told,
              CLOCK,
              System::nanoTime);
    }

    private CompletableFuture<Set<String>> openShards() {
      return tail.openShards();
    }

    void start() {
      hub.start();
      tail.start();
    }

    /** Subscribes; what comes back fills as versions come. */
    List<Long> watch() throws Exception {
      var seen = new CopyOnWriteArrayList<Long>();
      var subscribed = new CompletableFuture<Void>();
      vertx
          .getOrCreateContext()
          .runOnContext(v ->
              hub.read(new UploadId(UPLOAD), 0, Items.OWNER)
                  .onSuccess(reading -> {
                    Change known = reading.orElseThrow().change();
                    seen.add(hub.subscribe(known, new Keeping(seen)).newest().version());
                    subscribed.complete(null);
                  })
                  .onFailure(subscribed::completeExceptionally));
      subscribed.get(SOON.toSeconds(), TimeUnit.SECONDS);
      return seen;
    }

    @Override
    public void close() {
      tail.close();
      hub.close();
    }

    /** Passes on to the hub, and remembers. */
    private final class ToHub extends RecordingListener {
      private final Set<String> readOnce = new HashSet<>();

      @Override
      public void leased(String shardId) {
        hub.tail().leased(shardId);
        super.leased(shardId);
      }

      @Override
      public void changed(String shardId, List<ProcessingStatus> changes) {
        hub.tail().changed(changes);
        super.changed(shardId, changes);
      }

      @Override
      public synchronized void readToEnd(String shardId) {
        if (readOnce.add(shardId)) {
          wire.settle();
          nodes.stream()
              .filter(node -> node.hub.isWhole())
              .forEach(node -> node.wholeBeforeTheirTime.add(shardId));
        }
        hub.tail().readToEnd(shardId);
        super.readToEnd(shardId);
      }

      @Override
      public void ended(String shardId, List<String> children) {
        hub.tail().ended(shardId, children);
        super.ended(shardId, children);
      }

      @Override
      public void released(String shardId) {
        hub.tail().released(shardId);
        super.released(shardId);
      }
    }
  }

  /** What a subscriber is told, in order. */
  private record Keeping(List<Long> seen) implements Subscriber {
    @Override
    public void changed(Change change) {
      seen.add(change.version());
    }

    @Override
    public void expired(UploadId id) {
      seen.add(0L);
    }
  }

  /** A bus that tells everybody everything, in one order. */
  private static final class Wire implements AutoCloseable {
    private final ExecutorService order = Executors.newSingleThreadExecutor();
    private final List<BusListener> listeners = new CopyOnWriteArrayList<>();

    Bus plug(String name) {
      return new Plug(new Sender(name, System.nanoTime()));
    }

    /** Waits until what was published has arrived. */
    void settle() {
      CompletableFuture.runAsync(() -> {}, order).join();
    }

    void cut() {
      listeners.clear();
    }

    @Override
    public void close() {
      order.shutdownNow();
    }

    private final class Plug implements Bus {
      private final Sender self;
      private long number;

      Plug(Sender self) {
        this.self = self;
      }

      @Override
      public synchronized void publish(BusMessage message) {
        number++;
        var delivery = new Delivery(self, number, message);
        order.execute(() -> listeners.forEach(listener -> listener.received(delivery)));
      }

      @Override
      public void listen(BusListener receiver) {
        listeners.add(receiver);
      }
    }
  }
}
