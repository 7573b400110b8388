package dev.headway;

import dev.headway.api.Leads;
import dev.headway.api.StatusJson;
import dev.headway.api.Uploads;
import dev.headway.bus.BusAddress;
import dev.headway.bus.InProcessBus;
import dev.headway.bus.NodeBus;
import dev.headway.bus.RedisBus;
import dev.headway.http.Authenticator;
import dev.headway.http.HttpConfig;
import dev.headway.http.HttpService;
import dev.headway.http.Operations;
import dev.headway.http.WebRoot;
import dev.headway.hub.Hub;
import dev.headway.hub.HubConfig;
import dev.headway.hub.Sender;
import dev.headway.ops.Health;
import dev.headway.ops.Management;
import dev.headway.ops.Metrics;
import dev.headway.sse.StreamConfig;
import dev.headway.status.ProcessingStatus;
import dev.headway.status.StatusReader;
import dev.headway.status.StatusWriter;
import dev.headway.status.UploadId;
import dev.headway.status.WriteOutcome;
import dev.headway.store.StatusCodec;
import dev.headway.store.UndecodableRecordException;
import dev.headway.tail.TableStream;
import dev.headway.tail.Tail;
import dev.headway.tail.TailConfig;
import dev.headway.traces.Tracing;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * One node of the service, put together: what the tail reads goes over the bus to the board, and
 * from there to polls and streams. Started and closed by one thread.
 */
final class Node implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Node.class);

  /** A server that cannot listen within this has no port to listen on. */
  private static final long START_SECONDS = 20;

  /** How often is looked whether a table that was away is there: a request each time. */
  private static final long LOOK_MILLIS = 500;

  /** The same for the bus, for which nobody is asked. */
  private static final long LOOK_AT_BUS_MILLIS = 100;

  /** An id that no upload has, for asking whether the table answers. */
  private static final UploadId NOBODY = new UploadId("readiness");

  /** The tail's own bound for a graceful stop, and the hard one behind it. */
  private static final Duration TAIL_STOP = Duration.ofSeconds(20);

  private final Vertx vertx;
  private final Settings settings;
  private final NodeBus bus;
  private final Hub hub;
  private final Readers readers;
  private final HeapWatch heap = new HeapWatch();
  private final Tail tail;
  private final Metrics metrics = new Metrics();
  private final LongAdder stalled = new LongAdder();
  private final ExecutorService blocking;
  private @Nullable HttpService http;
  private final Health health;
  private final List<Long> timers = new CopyOnWriteArrayList<>();
  private final StatusReader reader;
  private volatile boolean tableSeen;
  private volatile boolean warm;
  private volatile boolean draining;

  /**
   * How a node behaves.
   *
   * @param bus where the nodes of the service meet; empty for a node that is alone
   * @param capacity how much it takes on; more is refused
   * @param warmUp how long the node may serve readers of its own before it is ready; zero for none
   * @param drain over which time its streams are ended when it stops
   */
  record Settings(
      HttpConfig http,
      HubConfig hub,
      StreamConfig streams,
      TailConfig tail,
      Optional<BusAddress> bus,
      Capacity capacity,
      Duration warmUp,
      Duration drain) {}

  /**
   * What a node works with; all of it stays the caller's.
   *
   * @param leases for the tail's lease tables
   * @param stream finds the table's stream; may fail while the table is away
   * @param reads counts the records that {@code reader} asks the table for
   */
  record Backends(
      DynamoDbAsyncClient leases,
      Supplier<TableStream> stream,
      StatusReader reader,
      LongAdder reads,
      StatusWriter writer,
      Uploads uploads,
      Leads leads) {}

  /** One that traces nothing. */
  static Node start(
      Vertx vertx,
      Settings settings,
      Backends backends,
      Authenticator authenticator,
      WebRoot page) {
    return start(vertx, settings, backends, authenticator, page, Tracing.OFF);
  }

  /** Puts the pieces together, connects them and starts them, in the order of a change's way. */
  static Node start(
      Vertx vertx,
      Settings settings,
      Backends backends,
      Authenticator authenticator,
      WebRoot page,
      Tracing tracing) {
    var node = new Node(vertx, settings, backends, tracing);
    try {
      node.hub.start();
      node.watchBackends();
      node.http = node.listen(authenticator, backends, page);
      node.warmUp(page);
      return node;
    } catch (RuntimeException e) {
      node.close();
      throw e;
    }
  }

  private Node(Vertx vertx, Settings settings, Backends backends, Tracing tracing) {
    this.vertx = vertx;
    this.reader = backends.reader();
    this.settings = settings;
    InstantSource wallClock = InstantSource.system();
    LongSupplier ticker = System::nanoTime;
    blocking =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("blocking-", 0).factory());
    var self = new Sender(settings.tail().workerId(), ThreadLocalRandom.current().nextLong());
    bus =
        settings
            .bus()
            .<NodeBus>map(
                address -> new RedisBus(vertx, address, self, RandomGenerator.getDefault(), ticker))
            .orElseGet(() -> new InProcessBus(self));
    hub =
        new Hub(
            vertx,
            settings.hub(),
            backends.reader(),
            new StatusJson(),
            bus,
            this::openShards,
            (id, version) ->
                CompletableFuture.runAsync(
                    () -> markStalled(backends.writer(), id, version), blocking),
            new Pushes(
                metrics.durations(
                    "headway.push.delay",
                    "From the write of a change, by the writer's clock, until a loop's watchers had it"),
                tracing,
                wallClock),
            wallClock,
            ticker);
    readers =
        new Readers(hub, settings.streams(), settings.capacity(), heap::taken, wallClock, ticker);
    health =
        new Health(
            List.of(
                new Health.Check("draining", this::leaving),
                new Health.Check("warm-up", this::cold),
                new Health.Check("database", this::withoutTable),
                new Health.Check("streams", readers.admission::withoutRoom),
                new Health.Check("memory", readers.admission::withoutMemory)));
    var codec = new StatusCodec();
    tail =
        new Tail(
            settings.tail(),
            backends.leases(),
            backends.stream(),
            item -> decoded(codec, item),
            new TailToHub(
                hub.tail(),
                wallClock,
                metrics.durations(
                    "headway.tail.delay",
                    "From the write of a change, by the writer's clock, until the tail read it"),
                tracing),
            wallClock,
            ticker);
    new NodeFigures(metrics)
        .of(readers)
        .of(hub)
        .of(bus)
        .of(tail)
        .of(heap)
        .counted("headway.table.reads", "Records that were read from the table", backends.reads())
        .counted(
            "headway.uploads.stalled",
            "Uploads that this node marked because their worker broke its promise",
            stalled);
  }

  private void markStalled(StatusWriter writer, UploadId id, long version) {
    WriteOutcome outcome = writer.markStalled(id, version);
    if (outcome instanceof WriteOutcome.Applied) {
      stalled.increment();
    }
    outcome.current().ifPresent(this::put);
  }

  private CompletionStage<Set<String>> openShards() {
    return tail.openShards();
  }

  private void put(ProcessingStatus written) {
    hub.put(written);
  }

  /** A record that no worker of ours would write is left out; why, its codec says safely. */
  private static Optional<ProcessingStatus> decoded(
      StatusCodec codec, Map<String, AttributeValue> item) {
    try {
      return Optional.of(codec.decode(item));
    } catch (UndecodableRecordException e) {
      LOG.warn("the tail leaves a change out: {}", e.getMessage());
      return Optional.empty();
    }
  }

  /** The tail, as the bus's silence sees it. */
  private record StreamReader(Tail tail) implements BusSilence.Reader {
    @Override
    public void start() {
      tail.start();
    }

    @Override
    public void pause() {
      tail.pause();
    }

    @Override
    public void resume() {
      tail.resume();
    }
  }

  /** Beside the rest of the start, most of which is waiting for others. */
  private void warmUp(WebRoot page) {
    if (settings.warmUp().isZero()) {
      warm = true;
      return;
    }
    blocking.execute(() -> {
      try {
        var _ = WarmUp.run(vertx, settings.http().instances(), page, settings.warmUp());
      } finally {
        warm = true;
      }
    });
  }

  /** Looks after what may come up later than this node, and go away again. */
  private void watchBackends() {
    var silence = new BusSilence(bus::reachesOthers, new StreamReader(tail), System::nanoTime);
    silence.tick(); // a bus in the process is there at once
    timers.add(vertx.setPeriodic(LOOK_AT_BUS_MILLIS, id -> silence.tick()));
    timers.add(vertx.setPeriodic(1, LOOK_MILLIS, this::lookForTable));
  }

  /** Until the table has answered once, nobody is served well here, and perhaps elsewhere. */
  private void lookForTable(long timer) {
    var _ =
        reader
            .read(NOBODY)
            .thenRun(() -> {
              tableSeen = true;
              vertx.cancelTimer(timer);
            });
  }

  private HttpService listen(Authenticator authenticator, Backends backends, WebRoot page) {
    var ports = readers.ports(backends.writer()::cancel, backends.uploads(), backends.leads());
    var operations = new Operations(health.live(), health.ready(), metrics.text());
    var listening =
        HttpService.start(
            vertx, settings.http(), authenticator, ports, operations, page, InstantSource.system());
    try {
      HttpService listener = listening.await(START_SECONDS, TimeUnit.SECONDS);
      new NodeFigures(metrics).of(listener, backends.reads());
      return listener;
    } catch (TimeoutException e) {
      throw new IllegalStateException("the HTTP server does not start", e);
    } catch (Exception e) { // await throws what failed, also a checked exception, undeclared
      int port = settings.http().port();
      throw new IllegalStateException("port " + port + " cannot be served: " + e.getMessage(), e);
    }
  }

  private Optional<String> cold() {
    return warm ? Optional.empty() : Optional.of("the node's code is not compiled yet");
  }

  private Optional<String> leaving() {
    return draining ? Optional.of("the node is stopping") : Optional.empty();
  }

  /**
   * Only until the first answer: a database that goes away later is away for every node, and this
   * one still answers from memory.
   */
  private Optional<String> withoutTable() {
    return tableSeen
        ? Optional.empty()
        : Optional.of("the status table has not answered since the start");
  }

  /** Answers operators on a port of their own, as long as Vert.x runs. */
  void answerOperators(ServiceConfig.Management at) {
    var listening = new Management(vertx, health, metrics).listen(vertx, at.host(), at.port());
    try {
      var _ = listening.await(START_SECONDS, TimeUnit.SECONDS);
    } catch (Exception e) { // await throws what failed, also a checked exception, undeclared
      throw new IllegalStateException(
          "port " + at.port() + " cannot be had for operators: " + e.getMessage(), e);
    }
  }

  int port() {
    return Objects.requireNonNull(http).port();
  }

  boolean isWhole() {
    return hub.isWhole();
  }

  /**
   * No longer ready at once; the leases go to other nodes while the streams are sent there, wave by
   * wave; polls are answered until the end.
   */
  @Override
  public void close() {
    draining = true;
    timers.forEach(vertx::cancelTimer);
    var tailClosed = CompletableFuture.runAsync(tail::close, blocking);
    readers.polls.drain();
    if (http != null) {
      settle(
          "streams drained",
          readers.streams.drain(settings.drain()),
          settings.drain().plusSeconds(2));
      settle("server stopped", http.stop(Duration.ofSeconds(2)), Duration.ofSeconds(3));
    }
    settle("leases handed over", Future.fromCompletionStage(tailClosed), TAIL_STOP);
    hub.close();
    bus.close();
    blocking.shutdownNow();
    metrics.close();
    heap.close();
  }

  private static void settle(String what, Future<?> done, Duration within) {
    try {
      var _ = done.await(within.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | RuntimeException e) {
      LOG.warn("not {} within {}", what, within);
    }
  }
}
