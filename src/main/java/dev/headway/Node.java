package dev.headway;

import dev.headway.api.Leads;
import dev.headway.api.StatusJson;
import dev.headway.api.Uploads;
import dev.headway.http.Authenticator;
import dev.headway.http.HttpConfig;
import dev.headway.http.HttpService;
import dev.headway.http.Operations;
import dev.headway.http.Ports;
import dev.headway.http.WebRoot;
import dev.headway.hub.Hub;
import dev.headway.hub.HubConfig;
import dev.headway.hub.InProcessBus;
import dev.headway.hub.Sender;
import dev.headway.ops.Health;
import dev.headway.ops.Metrics;
import dev.headway.sse.EventStreams;
import dev.headway.sse.StreamConfig;
import dev.headway.status.ProcessingStatus;
import dev.headway.status.StatusReader;
import dev.headway.status.StatusWriter;
import dev.headway.store.StatusCodec;
import dev.headway.store.UndecodableRecordException;
import dev.headway.tail.Tail;
import dev.headway.tail.TailConfig;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

/**
 * One node of the service, put together: what the tail reads goes over the bus to the board, and
 * from there to polls and streams. Started and closed by one thread.
 */
final class Node implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Node.class);

  /** A server that cannot listen within this has no port to listen on. */
  private static final long START_SECONDS = 20;

  private final Vertx vertx;
  private final Settings settings;
  private final InProcessBus bus;
  private final Hub hub;
  private final EventStreams streams;
  private final Tail tail;
  private final Metrics metrics = new Metrics();
  private final ExecutorService blocking;
  private @Nullable HttpService http;
  private volatile boolean draining;

  /**
   * How a node behaves.
   *
   * @param drain over which time its streams are ended when it stops
   */
  record Settings(
      HttpConfig http, HubConfig hub, StreamConfig streams, TailConfig tail, Duration drain) {}

  /**
   * What a node works with; all of it stays the caller's.
   *
   * @param leases for the tail's lease tables
   * @param stream for the table's stream
   * @param reads counts the records that {@code reader} asks the table for
   */
  record Backends(
      DynamoDbAsyncClient leases,
      DynamoDbStreamsClient stream,
      String streamArn,
      StatusReader reader,
      LongAdder reads,
      StatusWriter writer,
      Uploads uploads,
      Leads leads) {}

  /** Puts the pieces together, connects them and starts them, in the order of a change's way. */
  static Node start(
      Vertx vertx,
      Settings settings,
      Backends backends,
      Authenticator authenticator,
      WebRoot page) {
    var node = new Node(vertx, settings, backends);
    try {
      node.hub.start();
      node.tail.start();
      node.http = node.listen(authenticator, backends, page);
      return node;
    } catch (RuntimeException e) {
      node.close();
      throw e;
    }
  }

  private Node(Vertx vertx, Settings settings, Backends backends) {
    this.vertx = vertx;
    this.settings = settings;
    InstantSource wallClock = InstantSource.system();
    LongSupplier ticker = System::nanoTime;
    blocking =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("blocking-", 0).factory());
    bus =
        new InProcessBus(
            new Sender(settings.tail().workerId(), ThreadLocalRandom.current().nextLong()));
    hub =
        new Hub(
            vertx,
            settings.hub(),
            backends.reader(),
            new StatusJson(),
            bus,
            (id, version) ->
                CompletableFuture.runAsync(
                    () -> backends.writer().markStalled(id, version).current().ifPresent(this::put),
                    blocking),
            wallClock,
            ticker);
    streams =
        new EventStreams(hub, settings.streams(), ThreadLocalRandom::current, wallClock, ticker);
    var codec = new StatusCodec();
    tail =
        new Tail(
            settings.tail(),
            backends.leases(),
            backends.stream(),
            backends.streamArn(),
            item -> decoded(codec, item),
            new TailToHub(hub.tail()),
            wallClock,
            ticker);
    measure(backends);
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

  private HttpService listen(Authenticator authenticator, Backends backends, WebRoot page) {
    var ports =
        new Ports(
            hub::read,
            streams::open,
            hub::put,
            backends.writer()::cancel,
            backends.uploads(),
            backends.leads(),
            failure -> failure instanceof SdkException || failure instanceof TimeoutException);
    var health = new Health(List.of(new Health.Check("draining", this::leaving)));
    var operations = new Operations(health.live(), health.ready(), metrics.text());
    var listening =
        HttpService.start(
            vertx, settings.http(), authenticator, ports, operations, page, InstantSource.system());
    try {
      return listening.await(START_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new IllegalStateException("the HTTP server does not start", e);
    } catch (Exception e) { // await throws what failed, also a checked exception, undeclared
      int port = settings.http().port();
      throw new IllegalStateException("port " + port + " cannot be served: " + e.getMessage(), e);
    }
  }

  private Optional<String> leaving() {
    return draining ? Optional.of("the node is stopping") : Optional.empty();
  }

  private void measure(Backends backends) {
    var counters = streams.counters();
    metrics
        .gauge("headway.streams.open", "Event streams that are open", counters::open)
        .counter(
            "headway.streams.delivered", "Status events that were written", counters::delivered)
        .counter(
            "headway.streams.conflated",
            "Versions that a reader did not get because a newer one took their place",
            counters::conflated)
        .counter(
            "headway.streams.cut", "Streams cut because their reader took nothing", counters::cut)
        .gauge("headway.board.watched", "Uploads that somebody watches here", hub::watchedUploads)
        .gauge(
            "headway.board.whole",
            "1 while the board is provably whole and polls cost the table nothing",
            () -> hub.isWhole() ? 1 : 0)
        .counter(
            "headway.table.reads", "Records that were read from the table", backends.reads()::sum)
        .gauge("headway.tail.leases", "Shards that this node reads", () -> tail.leases().size())
        .counter("headway.tail.skipped", "Stream records that could not be read", tail::skipped);
  }

  int port() {
    return Objects.requireNonNull(http).port();
  }

  boolean isWhole() {
    return hub.isWhole();
  }

  /**
   * The other way round: no longer ready, streams sent elsewhere, then the server, then what feeds
   * it.
   */
  @Override
  public void close() {
    draining = true;
    if (http != null) {
      settle("streams drained", streams.drain(settings.drain()), settings.drain().plusSeconds(2));
      settle("server stopped", http.stop(Duration.ofSeconds(2)), Duration.ofSeconds(3));
    }
    tail.close();
    hub.close();
    bus.close();
    blocking.shutdownNow();
    metrics.close();
  }

  private static void settle(String what, io.vertx.core.Future<?> done, Duration within) {
    try {
      var _ = done.await(within.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | RuntimeException e) {
      LOG.warn("not {} within {}", what, within);
    }
  }
}
