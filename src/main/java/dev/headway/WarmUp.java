package dev.headway;

import dev.headway.api.LeadPage;
import dev.headway.api.StatusJson;
import dev.headway.bus.InProcessBus;
import dev.headway.http.HttpConfig;
import dev.headway.http.HttpService;
import dev.headway.http.JwtAuthenticator;
import dev.headway.http.Operations;
import dev.headway.http.PageSettings;
import dev.headway.http.RateLimit;
import dev.headway.http.RequestLimits;
import dev.headway.http.WebRoot;
import dev.headway.hub.Hub;
import dev.headway.hub.HubConfig;
import dev.headway.hub.Sender;
import dev.headway.sse.StreamConfig;
import dev.headway.status.FileMetadata;
import dev.headway.status.OwnedUpload;
import dev.headway.status.OwnerId;
import dev.headway.status.Pace;
import dev.headway.status.ProcessingStatus;
import dev.headway.status.Progress;
import dev.headway.status.Stage;
import dev.headway.status.Status;
import dev.headway.status.StatusReader;
import dev.headway.status.UploadId;
import dev.headway.status.WriteOutcome;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Readers before the readers: when a node has just started, and those of another that went away all
 * come at once, its code must be compiled already, or they wait seconds. So a service of its own,
 * with the same event loops, is asked by thousands of clients over loopback.
 *
 * <p>It opens no door to the node: another port, on loopback, of which nobody is told, another key,
 * made for it and kept by nobody, other records, and all of it gone before the node is ready.
 */
final class WarmUp {
  private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);

  /** After about as many a storm gets no quicker. */
  static final int STREAMS = 20_000;

  /**
   * Services one after the other. To stop and to start one is so rare that the compiler takes it
   * for impossible, and throws much of its best code away when it happens: with one life only, that
   * was right before the readers came.
   */
  private static final int LIVES = 3;

  /** Streams at once; each takes two of the process's files. */
  private static final int ROUND = 400;

  private static final Duration ROUND_AT_MOST = Duration.ofSeconds(10);

  private static final String HOST = "127.0.0.1";

  private static final String ORIGIN = "https://page.example";

  /**
   * As a browser asks from a page of another origin. A header that no request of the warm-up has is
   * one that the compiler takes for impossible: its code is thrown away when the first one comes.
   */
  private static final String REQUEST =
      """
      GET /status/%s HTTP/1.1
      Host: %s
      Connection: keep-alive
      Accept: %s
      Authorization: Bearer %s
      If-None-Match: "%d"
      User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)
      Accept-Encoding: gzip, deflate, br, zstd
      Accept-Language: en-GB,en;q=0.9
      Cache-Control: no-cache
      Origin: %s
      Referer: https://page.example/uploads
      Sec-Fetch-Dest: empty
      Sec-Fetch-Mode: cors
      Sec-Fetch-Site: cross-site
      sec-ch-ua: "Chromium";v="140", "Not=A?Brand";v="24"
      sec-ch-ua-mobile: ?0
      sec-ch-ua-platform: "Linux"

      """
          .replace("\n", "\r\n");

  private static final String SHARD = "warm-up";
  private static final OwnerId OWNER = new OwnerId("warm-up");
  private static final InstantSource CLOCK = InstantSource.system();

  private final List<WarmUpTokens> tokens;
  private final AtomicReference<JwtAuthenticator> authenticator = new AtomicReference<>();
  private final Hub hub;
  private final HttpService service;
  private final NetClient client;

  /** Blocks until the service listens. */
  private WarmUp(Vertx vertx, int instances, WebRoot page, List<WarmUpTokens> tokens) {
    this.tokens = tokens;
    hub =
        new Hub(
            vertx,
            HubConfig.standard(),
            new Records(),
            new StatusJson(),
            new InProcessBus(new Sender("warm-up", 1)),
            () -> CompletableFuture.completedFuture(Set.of(SHARD)),
            (id, version) -> CompletableFuture.completedFuture(null),
            CLOCK,
            System::nanoTime);
    var readers =
        new Readers(
            hub,
            StreamConfig.standard(),
            new Capacity(2 * ROUND, 0, RateLimit.NONE),
            () -> 0,
            CLOCK,
            System::nanoTime);
    service =
        HttpService.start(
                vertx,
                HttpConfig.of(HOST, 0, new PageSettings(false, 1))
                    .withAllowedOrigins(Set.of(ORIGIN))
                    .withInstances(instances)
                    // As the node's own gates, but for their numbers.
                    .withLimits(
                        new RequestLimits(
                            RateLimit.ofRate(1_000_000),
                            RateLimit.ofRate(1_000_000),
                            0,
                            4 * ROUND,
                            // All come from one address, and thousands of them in a second.
                            1_000_000)),
                token -> authenticator.get().authenticate(token),
                readers.ports(
                    id -> new WriteOutcome.Absent(),
                    (owner, upload) -> {
                      throw new IllegalStateException("nothing is uploaded here");
                    },
                    (owner, query) -> new LeadPage(List.of(), Optional.empty())),
                new Operations(ctx -> ctx.end(), ctx -> ctx.end(), ctx -> ctx.end()),
                page,
                CLOCK)
            .await();
    hub.start();
    hub.tail().leased(SHARD);
    client = vertx.createNetClient();
  }

  /**
   * Runs until enough readers came, or the time is over. Blocks; not for event loops. What goes
   * wrong is logged and no reason not to serve.
   *
   * @param instances of the server, as the node has
   * @param atMost for how long readers may come
   * @return how many streams were served
   */
  static int run(Vertx vertx, int instances, WebRoot page, Duration atMost) {
    long from = System.nanoTime();
    int streams = 0;
    try {
      // In turn, whichever kind the node will see: much of the way is the same.
      var tokens =
          List.of(
              WarmUpTokens.ofProvider(vertx, OWNER.value(), ROUND, CLOCK),
              WarmUpTokens.ofSharedKey(vertx, OWNER.value(), ROUND, CLOCK));
      long begun = System.nanoTime();
      for (int life = 1; life <= LIVES; life++) {
        var warmUp = new WarmUp(vertx, instances, page, tokens);
        try {
          while (streams < STREAMS * life / LIVES
              && System.nanoTime() - begun < atMost.multipliedBy(life).dividedBy(LIVES).toNanos()) {
            warmUp.round(streams / ROUND);
            streams += ROUND;
          }
        } finally {
          warmUp.close();
        }
      }
    } catch (Exception e) { // await throws what failed, also a checked exception, undeclared
      LOG.warn("the node is not warm: {}", e.toString());
    }
    LOG.info("warmed up by {} streams in {} ms", streams, (System.nanoTime() - from) / 1_000_000);
    return streams;
  }

  /** Each reader polls, then streams; every upload changes once and ends. */
  private void round(int number) throws TimeoutException {
    WarmUpTokens shown = tokens.get(number % tokens.size());
    authenticator.set(shown.newAuthenticator());
    hub.tail().readToEnd(SHARD);
    List<UploadId> uploads = new ArrayList<>();
    List<Future<Visit>> visits = new ArrayList<>();
    for (int i = 0; i < ROUND; i++) {
      var id = new UploadId("warm-up-%d-%d".formatted(number, i));
      uploads.add(id);
      visits.add(visit(i, id, shown.get(i)));
    }
    all(visits);
    hub.tail().changed(uploads.stream().map(id -> record(id, 2, Status.PROCESSING)).toList());
    hub.tail().changed(uploads.stream().map(id -> record(id, 3, Status.CANCELLED)).toList());
    all(visits.stream().map(visit -> visit.result().end).toList());
  }

  private static void all(List<? extends Future<?>> steps) throws TimeoutException {
    var _ = Future.all(steps).await(ROUND_AT_MOST.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Somebody whose stream has begun. */
  private record Visit(Future<Void> end) {}

  private Future<Visit> visit(int reader, UploadId id, String token) {
    return client
        .connect(service.port(), HOST)
        .compose(socket -> {
          Promise<Void> end = Promise.promise();
          socket.closeHandler(closed -> end.tryComplete());
          return asked(socket, request(reader, id, token, "application/json"))
              .compose(answer -> asked(socket, request(reader, id, token, "text/event-stream")))
              .map(begun -> new Visit(end.future()));
        });
  }

  /** Every second one has the version already, and every second pair comes from a page let in. */
  private Buffer request(int reader, UploadId id, String token, String accept) {
    String origin = reader % 4 < 2 ? ORIGIN : "https://elsewhere.example";
    return Buffer.buffer(
        REQUEST.formatted(id, HOST + ":" + service.port(), accept, token, reader % 2, origin));
  }

  /** The first bytes of the answer; they are small enough to come as one. */
  private static Future<Buffer> asked(NetSocket socket, Buffer request) {
    Promise<Buffer> answer = Promise.promise();
    socket.handler(answer::tryComplete);
    return socket.write(request).compose(written -> answer.future());
  }

  private static ProcessingStatus record(UploadId id, long version, Status status) {
    Instant now = CLOCK.instant();
    return new ProcessingStatus(
        id,
        OWNER,
        version,
        status,
        Stage.BATCH_PROCESSING,
        new Progress(10, 3, 0, 100, 30, 28, 2),
        new FileMetadata("leads.csv", 1024),
        /* stalled= */ false,
        Optional.empty(),
        now,
        now,
        now.plus(Duration.ofHours(24)),
        Optional.empty(),
        Pace.UNKNOWN);
  }

  /** Has every upload, in version 1. */
  private static final class Records implements StatusReader {
    @Override
    public CompletionStage<Optional<ProcessingStatus>> read(UploadId id) {
      return CompletableFuture.completedFuture(Optional.of(record(id, 1, Status.PROCESSING)));
    }

    @Override
    public CompletionStage<Map<UploadId, ProcessingStatus>> readAll(Collection<UploadId> ids) {
      Map<UploadId, ProcessingStatus> found = new LinkedHashMap<>();
      ids.forEach(id -> found.put(id, record(id, 1, Status.PROCESSING)));
      return CompletableFuture.completedFuture(found);
    }

    @Override
    public CompletionStage<List<OwnedUpload>> newestOf(
        OwnerId owner, int limit, Optional<OwnedUpload> after) {
      return CompletableFuture.completedFuture(List.of());
    }
  }

  private void close() throws TimeoutException {
    hub.close();
    all(List.of(client.close(), service.stop(Duration.ofSeconds(1))));
  }
}
