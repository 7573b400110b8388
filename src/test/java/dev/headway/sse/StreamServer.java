package dev.headway.sse;

import dev.headway.bus.InProcessBus;
import dev.headway.hub.FakeTable;
import dev.headway.hub.Hub;
import dev.headway.hub.HubConfig;
import dev.headway.hub.OwnerPlaces;
import dev.headway.hub.Records;
import dev.headway.hub.Sender;
import dev.headway.status.ProcessingStatus;
import dev.headway.status.StatusEncoder;
import dev.headway.status.UploadId;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * A hub and its streams behind a real server on two event loops: {@code GET /<upload
 * id>?lastEventId=…&seconds=<until the token ends>}.
 */
final class StreamServer implements AutoCloseable {
  final FakeTable table = new FakeTable();
  final InProcessBus bus = new InProcessBus(new Sender("test", 1));
  final Hub hub;
  final OwnerPlaces places = new OwnerPlaces();
  final EventStreams streams;

  /** What happens after the record was read and before the stream opens. */
  final AtomicReference<Supplier<Future<Void>>> between =
      new AtomicReference<>(Future::succeededFuture);

  final AtomicInteger served = new AtomicInteger();
  final AtomicInteger connections = new AtomicInteger();
  final AtomicReference<Instant> wallClock = new AtomicReference<>(Records.NOW);
  private final Vertx vertx =
      Vertx.vertx(
          new VertxOptions().setEventLoopPoolSize(2).setPreferNativeTransport(true)); // as serve
  private final AtomicInteger port = new AtomicInteger();

  StreamServer(StreamConfig config, StatusEncoder encoder) throws Exception {
    hub =
        new Hub(
            vertx,
            HubConfig.standard(),
            table,
            encoder,
            bus,
            () -> CompletableFuture.completedFuture(Set.of("s1")),
            (id, version) -> CompletableFuture.completedFuture(null),
            wallClock::get,
            System::nanoTime);
    streams =
        new EventStreams(
            hub, config, places, ThreadLocalRandom::current, wallClock::get, System::nanoTime);
    hub.start();
    get(vertx.deployVerticle(Door::new, new DeploymentOptions().setInstances(2)));
  }

  StreamServer(StreamConfig config) throws Exception {
    this(config, Records.ENCODER);
  }

  private final class Door extends AbstractVerticle {
    @Override
    public void start(Promise<Void> started) {
      vertx
          .createHttpServer(
              new HttpServerOptions().setSendBufferSize(8192).setStrictThreadMode(true))
          .connectionHandler(connection -> {
            connections.incrementAndGet();
            connection.closeHandler(closed -> connections.decrementAndGet());
          })
          .requestHandler(StreamServer.this::serve)
          .listen(-1, "127.0.0.1") // one free port for all instances
          .onSuccess(server -> port.set(server.actualPort()))
          .<Void>mapEmpty()
          .onComplete(started);
    }
  }

  private void serve(HttpServerRequest request) {
    UploadId id = new UploadId(Objects.requireNonNull(request.path()).substring(1));
    if (id.value().equals("unavailable")) {
      streams.unavailable(
          request, java.time.Duration.ofSeconds(5), "{\"code\":\"OVERLOADED\",\n\"status\":503}");
      return;
    }
    String seen = request.getParam("lastEventId");
    OptionalLong lastEventId =
        seen == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(seen));
    Instant until =
        wallClock.get().plusSeconds(Long.parseLong(request.getParam("seconds", "3600")));
    request.response().putHeader("Vary", "Accept, Prefer, Origin");
    hub.read(id, lastEventId.orElse(0), Records.OWNER)
        .compose(reading -> between.get().get().map(reading))
        .onSuccess(reading ->
            reading.ifPresentOrElse(
                current -> streams.open(request, current, lastEventId, until),
                () -> request.response().setStatusCode(404).end()))
        .onFailure(failure -> request.response().setStatusCode(503).end())
        .onComplete(done -> served.incrementAndGet());
  }

  int port() {
    return port.get();
  }

  /** Writes to the table and lets the tail see it. */
  void write(ProcessingStatus record) {
    table.write(record);
    hub.tail().changed(List.of(record));
  }

  Vertx vertx() {
    return vertx;
  }

  static <T> T get(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    hub.close();
    vertx.close().toCompletionStage().toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
    bus.close();
  }
}
