package dev.headway;

import dev.headway.api.LeadPage;
import dev.headway.api.StatusJson;
import dev.headway.bench.hub.Publishing;
import dev.headway.bench.hub.Uploads;
import dev.headway.bus.InProcessBus;
import dev.headway.http.HttpConfig;
import dev.headway.http.HttpService;
import dev.headway.http.JwtAuthenticator;
import dev.headway.http.Operations;
import dev.headway.http.PageSettings;
import dev.headway.http.RateLimit;
import dev.headway.http.RequestLimits;
import dev.headway.http.TlsFiles;
import dev.headway.http.TokenRules;
import dev.headway.http.WebRoot;
import dev.headway.hub.Hub;
import dev.headway.hub.HubConfig;
import dev.headway.hub.Sender;
import dev.headway.ops.Health;
import dev.headway.ops.Metrics;
import dev.headway.sse.StreamConfig;
import dev.headway.status.OwnedUpload;
import dev.headway.status.OwnerId;
import dev.headway.status.ProcessingStatus;
import dev.headway.status.StatusReader;
import dev.headway.status.UploadId;
import dev.headway.status.WriteOutcome;
import dev.headway.store.ReadMeter;
import io.vertx.core.Vertx;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.LongAdder;

/**
 * A node as {@code serve} puts it together, but for the table, which is at no distance here, and
 * the tail: changes come in where it hands over what it read, and go over the bus from there. Only
 * the limit of events per second is lifted.
 */
public final class HubBenchNode {
  public static final String ISSUER = "https://issuer.example";
  public static final String AUDIENCE = "bench";

  /** Property that leaves the quotas of an address as they are shipped. */
  public static final String QUOTAS = "headway.bench.quotas";

  private static final int MOST_PER_SECOND = 1_000;
  private static final String SHARD = "shard";

  /** Counted, as in the service, and never too many, nor too fast. */
  private static final long MORE_THAN_THERE_ARE = 1_000_000;

  /** The quotas are asked, as in the service, and always say yes. */
  private static final RateLimit NEVER_REACHED = RateLimit.ofRate(100_000_000);

  private HubBenchNode() {}

  /**
   * Serves until its orders end.
   *
   * @param args the address of the issuer's keys, or a shared key in hexadecimal; then, for TLS,
   *     the files of certificate and key
   */
  public static void main(String[] args) throws Exception {
    var vertx = ServeCommand.newVertx();
    InstantSource clock = InstantSource.system();
    var reads = new LongAdder();
    var hub =
        new Hub(
            vertx,
            HubConfig.standard(),
            new Table(CountedReads.into(reads)),
            new StatusJson(),
            new InProcessBus(new Sender("bench", 1)),
            () -> CompletableFuture.completedFuture(Set.of(SHARD)),
            (id, version) -> CompletableFuture.completedFuture(null),
            clock,
            System::nanoTime);
    long connections = Capacity.connectionsOfThisProcess();
    var readers =
        new Readers(
            hub,
            unlimited(),
            // All streams are of one person here.
            new Capacity(Capacity.streamsAmong(connections), 0, Capacity.NEW_STREAMS),
            new HeapWatch()::taken,
            clock,
            System::nanoTime);
    hub.start();
    hub.tail().leased(SHARD);
    vertx.setPeriodic(1, 100, timer -> hub.tail().readToEnd(SHARD));
    var config =
        HttpConfig.of("127.0.0.1", 0, new PageSettings(false, 1_000))
            .withInstances(Runtime.getRuntime().availableProcessors())
            .withLimits(limits(connections))
            .withTls(
                args.length == 3
                    ? Optional.of(new TlsFiles(Path.of(args[1]), Path.of(args[2])))
                    : Optional.empty());
    var service = serve(vertx, config, authenticator(vertx, args[0], clock), readers, clock, reads);
    Publishing.obey(
        service.port(),
        changes ->
            hub.tail()
                .changed(
                    changes.stream()
                        .map(
                            change -> Uploads.record(Uploads.id(change.upload()), change.version()))
                        .toList()));
  }

  private static HttpService serve(
      Vertx vertx,
      HttpConfig config,
      JwtAuthenticator authenticator,
      Readers readers,
      InstantSource clock,
      LongAdder reads) {
    var ports =
        readers.ports(
            id -> new WriteOutcome.Absent(),
            (owner, upload) -> {
              throw new UnsupportedOperationException();
            },
            (owner, query) -> new LeadPage(List.of(), Optional.empty()));
    var health = new Health(List.of(new Health.Check("streams", readers.admission::withoutRoom)));
    var metrics =
        new Metrics()
            .gauge("headway.streams.open", "Event streams", readers.streams.counters()::open)
            .counter("headway.table.reads", "Records read from the table", reads::sum);
    WebRoot page = WebRoot.fromClasspath();
    var _ = WarmUp.run(vertx, config.instances(), page, ServiceConfig.WARM_UP);
    return HttpService.start(
            vertx,
            config,
            authenticator,
            ports,
            new Operations(health.live(), health.ready(), metrics.text()),
            page,
            clock)
        .await();
  }

  /** Never one for each user: all callers are one here. */
  private static RequestLimits limits(long connections) {
    return Boolean.getBoolean(QUOTAS)
        ? new RequestLimits(
            NEVER_REACHED,
            RateLimit.OF_AN_ADDRESS,
            0,
            connections,
            RequestLimits.CONNECTIONS_OF_AN_ADDRESS)
        : new RequestLimits(NEVER_REACHED, NEVER_REACHED, 0, connections, MORE_THAN_THERE_ARE);
  }

  private static StreamConfig unlimited() {
    StreamConfig standard = StreamConfig.standard();
    return new StreamConfig(
        standard.heartbeatEvery(),
        MOST_PER_SECOND,
        standard.writeTimeout(),
        standard.tokenNotice(),
        standard.writeQueueSize(),
        standard.retry(),
        standard.drainRetry(),
        standard.sweepEvery(),
        standard.tick());
  }

  private static JwtAuthenticator authenticator(Vertx vertx, String keys, InstantSource clock) {
    return keys.startsWith("http")
        ? JwtAuthenticator.forIssuer(
            vertx, URI.create(keys), TokenRules.published(ISSUER, Set.of(AUDIENCE)), clock)
        : JwtAuthenticator.forDevelopment(
            vertx, HexFormat.of().parseHex(keys), TokenRules.development(), clock);
  }

  /** Has every upload, in version 1. */
  private record Table(ReadMeter meter) implements StatusReader {
    @Override
    public CompletionStage<List<OwnedUpload>> newestOf(
        OwnerId owner, int limit, Optional<OwnedUpload> after) {
      throw new UnsupportedOperationException("every stream is of one upload");
    }

    @Override
    public CompletionStage<Optional<ProcessingStatus>> read(UploadId id) {
      meter.asked(1);
      return CompletableFuture.completedFuture(Optional.of(Uploads.record(id, 1)));
    }

    @Override
    public CompletionStage<Map<UploadId, ProcessingStatus>> readAll(Collection<UploadId> ids) {
      meter.asked(ids.size());
      Map<UploadId, ProcessingStatus> found = new HashMap<>();
      ids.forEach(id -> found.put(id, Uploads.record(id, 1)));
      return CompletableFuture.completedFuture(found);
    }
  }
}
