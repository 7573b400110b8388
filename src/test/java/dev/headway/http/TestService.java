package dev.headway.http;

import dev.headway.api.AcceptedUpload;
import dev.headway.api.LeadPage;
import dev.headway.api.LeadQuery;
import dev.headway.api.Leads;
import dev.headway.api.NewUpload;
import dev.headway.api.Samples;
import dev.headway.api.StatusJson;
import dev.headway.api.Uploads;
import dev.headway.hub.Change;
import dev.headway.hub.Reading;
import dev.headway.hub.UploadPage;
import dev.headway.ops.Health;
import dev.headway.ops.Metrics;
import dev.headway.status.OwnerId;
import dev.headway.status.ProcessingStatus;
import dev.headway.status.Status;
import dev.headway.status.UploadId;
import dev.headway.status.WriteOutcome;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** The real routes on a free port, with ports that tests can play with. */
final class TestService implements AutoCloseable {
  static final String ALICE = "Bearer " + Tokens.hs256(Tokens.claims("alice", Samples.NOW));
  static final String MALLORY = "Bearer " + Tokens.hs256(Tokens.claims("mallory", Samples.NOW));
  static final String PAGE_ORIGIN = "https://app.example.com";

  /** What the fake database throws. */
  static final class Outage extends RuntimeException {
    private static final long serialVersionUID = 1;

    Outage() {
      super("dynamodb.internal.example:8000 refused the connection of key AKIA123");
    }
  }

  final Map<UploadId, ProcessingStatus> records = new ConcurrentHashMap<>();
  final List<String> events = new CopyOnWriteArrayList<>();
  final AtomicReference<Duration> age = new AtomicReference<>(Duration.ZERO);
  final AtomicReference<Instant> now = new AtomicReference<>(Samples.NOW);
  final AtomicReference<Function<UploadId, WriteOutcome>> cancel = new AtomicReference<>();
  final AtomicReference<Uploads> uploads = new AtomicReference<>(TestService::accept);
  final AtomicReference<Leads> leads =
      new AtomicReference<>((owner, query) -> new LeadPage(List.of(), Optional.empty()));
  final AtomicReference<Optional<RuntimeException>> readFailure =
      new AtomicReference<>(Optional.empty());

  /** Callers are proved on a foreign thread, as after a fetch of keys. */
  final AtomicBoolean slowKeys = new AtomicBoolean();

  final AtomicReference<Optional<String>> notReady = new AtomicReference<>(Optional.empty());

  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));
  private final Authenticator tokens =
      JwtAuthenticator.forDevelopment(vertx, Tokens.SHARED_KEY, TokenRules.development(), now::get);
  private final Metrics metrics = new Metrics().gauge("headway_test", "A figure.", () -> 42);
  private final HttpService service;
  final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /** Without limits: tests ask as fast as they can. */
  TestService(Path page) {
    this(page, RequestLimits.NONE);
  }

  TestService(Path page, RequestLimits limits) {
    this(page, config -> config.withLimits(limits));
  }

  TestService(Path page, UnaryOperator<HttpConfig> configuration) {
    try {
      service = start(WebRoot.load(page), configuration);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private HttpService start(WebRoot page, UnaryOperator<HttpConfig> configuration) {
    Health health =
        new Health(
            List.of(
                new Health.Check("database", Optional::empty),
                new Health.Check("tail", notReady::get)));
    return HttpService.start(
            vertx,
            configuration.apply(
                HttpConfig.of("127.0.0.1", 0, new PageSettings(true, 1000))
                    .withInstances(2)
                    .withAllowedOrigins(Set.of(PAGE_ORIGIN))
                    .withBrowsers(new BrowserAccess(List.of(), false))
                    .withUploadOrigins(
                        new LinkedHashSet<>(
                            List.of("http://127.0.0.1:8083", "https://s3.example")))),
            this::authenticate,
            ports(),
            new Operations(health.live(), health.ready(), metrics.text()),
            page,
            now::get)
        .await();
  }

  Ports ports() {
    return new Ports(
        this::read,
        this::open,
        (known, atMost) -> Optional.empty(),
        (owner, limit, after) ->
            Future.succeededFuture(new UploadPage(List.of(), Optional.empty())),
        (request, owner, picks, until) -> request.response().end(),
        (request, notBefore, problem) ->
            asStream(request)
                .end(
                    "retry: %d\n\nevent: unavailable\ndata: %s\n\n"
                        .formatted(notBefore.toMillis(), problem)),
        record -> {
          events.add("put " + record.version());
          records.put(record.uploadId(), record);
        },
        id -> cancel.get().apply(id),
        (owner, upload) -> uploads.get().accept(owner, upload),
        (owner, query) -> leads.get().find(owner, query),
        Outage.class::isInstance);
  }

  private Future<Caller> authenticate(String token) {
    Future<Caller> caller = tokens.authenticate(token);
    if (!slowKeys.get()) {
      return caller;
    }
    Promise<Caller> later = Promise.promise();
    Thread.startVirtualThread(() -> caller.onComplete(later));
    return later.future();
  }

  private Future<Optional<Reading>> read(UploadId id, long atLeast, OwnerId asker) {
    events.add("read " + atLeast);
    if (readFailure.get().isPresent()) {
      return Future.failedFuture(readFailure.get().get());
    }
    return Future.succeededFuture(
        Optional.ofNullable(records.get(id))
            .map(record -> new Reading(new Change(record, new StatusJson()), age.get())));
  }

  private void open(
      HttpServerRequest request, Reading current, OptionalLong lastEventId, Instant until) {
    events.add(
        "open " + current.change().version() + " after " + lastEventId.orElse(0) + " to " + until);
    asStream(request).end();
  }

  private static HttpServerResponse asStream(HttpServerRequest request) {
    return request
        .response()
        .putHeader("Content-Type", "text/event-stream; charset=utf-8")
        .putHeader("Cache-Control", "no-cache, no-transform")
        .putHeader("X-Accel-Buffering", "no");
  }

  private static AcceptedUpload accept(OwnerId owner, NewUpload upload) {
    return new AcceptedUpload(
        Samples.record(Samples.ID, owner, 1, Status.UPLOADING),
        new AcceptedUpload.Target(
            "PUT", URI.create("http://127.0.0.1:8083/" + upload.fileSize()), Map.of("a", "b")));
  }

  /** A page of leads, by the number in its cursor. */
  static LeadPage page(LeadQuery query, int pages) {
    int number = query.cursor().map(Integer::parseInt).orElse(1);
    return new LeadPage(
        List.of(Samples.lead(number)),
        number < pages ? Optional.of(Integer.toString(number + 1)) : Optional.empty());
  }

  /** As after the start, with the third of ten batches of Alice's upload done. */
  void reset() {
    records.clear();
    records.put(Samples.ID, Samples.processing(17));
    events.clear();
    readFailure.set(Optional.empty());
    age.set(Duration.ZERO);
    now.set(Samples.NOW);
    slowKeys.set(false);
    notReady.set(Optional.empty());
    cancel.set(id -> new WriteOutcome.Absent());
    uploads.set(TestService::accept);
    leads.set((owner, query) -> new LeadPage(List.of(), Optional.empty()));
  }

  int port() {
    return service.port();
  }

  long connections() {
    return service.connections();
  }

  long refusedConnections() {
    return service.refusedConnections();
  }

  /** A request by alice, unless the headers say otherwise. */
  HttpResponse<String> send(String method, String path, String... headers) {
    return exchange(method, path, "", headers);
  }

  HttpResponse<String> post(String path, String body, String... headers) {
    return exchange("POST", path, body, headers);
  }

  private HttpResponse<String> exchange(
      String method, String path, String body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
            .timeout(Duration.ofSeconds(10))
            .method(
                method,
                body.isEmpty()
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body));
    request.setHeader("Authorization", ALICE);
    for (int i = 0; i < headers.length; i += 2) {
      request.setHeader(headers[i], headers[i + 1]);
    }
    try {
      return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(method + " " + path + " was not answered", e);
    }
  }

  /** Sends these bytes and reads until the server closes, or has nothing more to say. */
  String raw(String request) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
      socket.setSoTimeout(10_000);
      OutputStream out = socket.getOutputStream();
      out.write(request.getBytes(StandardCharsets.ISO_8859_1));
      out.flush();
      InputStream in = socket.getInputStream();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new AssertionError("not answered: " + request.lines().findFirst().orElse(""), e);
    }
  }

  @Override
  public void close() {
    http.close();
    service.stop(Duration.ofSeconds(1)).await();
    vertx.close().await();
    metrics.close();
  }
}
