package dev.headway.http;

import dev.headway.api.LeadPage;
import dev.headway.api.ProblemCode;
import dev.headway.api.StatusJson;
import dev.headway.bus.InProcessBus;
import dev.headway.hub.FakeTable;
import dev.headway.hub.HeldPolls;
import dev.headway.hub.Hub;
import dev.headway.hub.HubConfig;
import dev.headway.hub.OwnerPlaces;
import dev.headway.hub.Records;
import dev.headway.hub.Sender;
import dev.headway.sse.EventStreams;
import dev.headway.sse.Eventually;
import dev.headway.sse.StreamConfig;
import dev.headway.status.OwnerId;
import dev.headway.status.ProcessingStatus;
import dev.headway.status.WriteOutcome;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/**
 * The real routes over a real hub with its streams and waits; only the table is a fake, and the
 * name of a caller is a token.
 */
final class LiveService implements AutoCloseable {
  final FakeTable table = new FakeTable();
  final AtomicReference<Instant> wallClock = new AtomicReference<>(Records.NOW);
  final AtomicReference<Duration> tokenLife = new AtomicReference<>(Duration.ofHours(1));
  final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  final Hub hub;
  final HeldPolls polls;
  final OwnerPlaces places = new OwnerPlaces();
  final EventStreams streams;
  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));
  private final InProcessBus bus = new InProcessBus(new Sender("test", 1));
  private final HttpService service;

  LiveService(Path page) throws IOException {
    this(page, Optional.empty());
  }

  LiveService(Path page, Optional<TlsFiles> tls) throws IOException {
    this(page, tls, Set.of());
  }

  LiveService(Path page, Optional<TlsFiles> tls, Set<String> allowedOrigins) throws IOException {
    this(page, config -> config.withTls(tls).withAllowedOrigins(allowedOrigins));
  }

  LiveService(Path page, UnaryOperator<HttpConfig> configuration) throws IOException {
    this(page, configuration, StreamConfig.standard());
  }

  LiveService(Path page, UnaryOperator<HttpConfig> configuration, StreamConfig ofStreams)
      throws IOException {
    hub =
        new Hub(
            vertx,
            HubConfig.standard(),
            table,
            new StatusJson(),
            bus,
            () -> CompletableFuture.completedFuture(Set.of("s1")),
            (id, version) -> CompletableFuture.completedFuture(null),
            wallClock::get,
            System::nanoTime);
    hub.start();
    hub.tail().leased("s1");
    hub.tail().readToEnd("s1");
    vertx.setPeriodic(200, timer -> hub.tail().readToEnd("s1"));
    polls = new HeldPolls(hub, places);
    streams =
        new EventStreams(
            hub, ofStreams, places, ThreadLocalRandom::current, wallClock::get, System::nanoTime);
    service = start(WebRoot.load(page), configuration);
  }

  private HttpService start(WebRoot page, UnaryOperator<HttpConfig> configuration) {
    var ports =
        new Ports(
            hub::read,
            streams::open,
            polls::hold,
            hub::newestOf,
            streams::openMany,
            streams::unavailable,
            hub::put,
            id -> new WriteOutcome.Absent(),
            (owner, upload) -> {
              throw new IllegalStateException("not asked");
            },
            (owner, query) -> new LeadPage(List.of(), Optional.empty()),
            failure -> false);
    return HttpService.start(
            vertx,
            configuration.apply(
                HttpConfig.of("127.0.0.1", 0, new PageSettings(true, 1000))
                    .withInstances(2)
                    .withLimits(RequestLimits.NONE)
                    .withBrowsers(new BrowserAccess(List.of(), /* secureCookies= */ false))),
            token ->
                Future.succeededFuture(
                    new Caller(new OwnerId(token), wallClock.get().plus(tokenLife.get()))),
            ports,
            new Operations(ctx -> {}, ctx -> {}, ctx -> {}),
            page,
            wallClock::get)
        .await();
  }

  /** Writes to the table and lets the tail see it. */
  void write(ProcessingStatus record) {
    table.write(record);
    hub.tail().changed(List.of(record));
  }

  /** Requests that were answered with this problem so far. */
  long problems(ProblemCode code) {
    return service.problems(code);
  }

  long connections() {
    return service.connections();
  }

  int port() {
    return service.port();
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + service.port() + path);
  }

  /** A request by the owner of all {@link Records}, unless the headers say otherwise. */
  CompletableFuture<HttpResponse<String>> ask(String method, String path, String... headers) {
    var request =
        HttpRequest.newBuilder(uri(path))
            .timeout(Duration.ofSeconds(20))
            .method(method, HttpRequest.BodyPublishers.noBody())
            .setHeader("Authorization", "Bearer owner");
    for (int i = 0; i < headers.length; i += 2) {
      request.setHeader(headers[i], headers[i + 1]);
    }
    return http.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  HttpResponse<String> send(String method, String path, String... headers) throws Exception {
    return ask(method, path, headers).get(20, TimeUnit.SECONDS);
  }

  /** Waits for something that another thread is about to do. */
  static void eventually(BooleanSupplier holds) {
    Eventually.holds("it comes", holds);
  }

  @Override
  public void close() {
    http.shutdownNow();
    service.stop(Duration.ofMillis(100)).await();
    hub.close();
    bus.close();
    vertx.close().await();
  }
}
