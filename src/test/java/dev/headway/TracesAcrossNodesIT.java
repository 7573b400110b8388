package dev.headway;

import static dev.headway.Spans.isPush;
import static dev.headway.Spans.named;
import static dev.headway.Spans.one;
import static dev.headway.Spans.version;
import static dev.headway.Spans.way;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.headway.bus.BusAddress;
import dev.headway.bus.RedisServer;
import dev.headway.http.HttpConfig;
import dev.headway.http.JwtAuthenticator;
import dev.headway.http.PageSettings;
import dev.headway.http.TokenRules;
import dev.headway.http.WebRoot;
import dev.headway.hub.HubConfig;
import dev.headway.leads.LeadBook;
import dev.headway.leads.LeadTable;
import dev.headway.leads.UploadDesk;
import dev.headway.leads.UploadRules;
import dev.headway.local.DevelopmentKey;
import dev.headway.local.DevelopmentTokens;
import dev.headway.local.Emulators;
import dev.headway.local.FreePorts;
import dev.headway.local.LocalAws;
import dev.headway.local.LocalConfig;
import dev.headway.sse.StreamConfig;
import dev.headway.status.OwnerId;
import dev.headway.status.Stage;
import dev.headway.status.Status;
import dev.headway.status.UploadId;
import dev.headway.status.WriteOutcome;
import dev.headway.store.DynamoStatusReader;
import dev.headway.store.ProcessingStatusService;
import dev.headway.store.Promises;
import dev.headway.store.StatusTable;
import dev.headway.tail.LocalChildShards;
import dev.headway.tail.LocalStreamArn;
import dev.headway.tail.TableStream;
import dev.headway.tail.TailConfig;
import dev.headway.traces.TestTracing;
import dev.headway.traces.Tracing;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.vertx.core.Vertx;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One trace through several processes' worth of spans: each part here has an exporter of its own.
 */
class TracesAcrossNodesIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration POLL = Duration.ofMillis(20);
  private static final InstantSource CLOCK = InstantSource.system();
  private static final String APPLICATION = "traces-across-nodes";

  private final Deque<AutoCloseable> closing = new ArrayDeque<>();
  private final StatusTable table = new StatusTable("ProcessingStatus");
  private final HttpClient http = HttpClient.newHttpClient();
  private LocalAws aws;
  private String streamArn;
  private BusAddress bus;
  private DevelopmentKey key;

  /** A node, and what it sent to its collector. */
  private record Traced(Node node, Api user, InMemorySpanExporter exporter) {
    List<SpanData> spans() {
      return exporter.getFinishedSpanItems();
    }

    Optional<SpanData> span(String name, long version) {
      return spans().stream()
          .filter(named(name))
          .filter(span -> version(span) == version)
          .findFirst();
    }
  }

  @BeforeEach
  void start(@TempDir Path folder) throws Exception {
    var missing = InstalledPrograms.missing("redis-server");
    assumeTrue(missing.isEmpty(), () -> "not here: " + missing);
    var redis = opened(RedisServer.started());
    bus =
        BusAddress.parse(
            "redis://%s:%d".formatted(redis.host(), redis.port()), Optional.empty(), APPLICATION);
    aws = opened(Emulators.start(FreePorts.config())).aws();
    streamArn = table.createIfAbsent(aws.dynamoDb());
    LeadTable.createIfAbsent(aws.dynamoDb(), LeadTable.DEFAULT_NAME);
    key = DevelopmentKey.at(folder.resolve("key"));
  }

  @AfterEach
  void stop() throws Exception {
    while (!closing.isEmpty()) {
      closing.pop().close();
    }
    http.close();
  }

  private <T extends AutoCloseable> T opened(T part) {
    closing.push(part);
    return part;
  }

  private ProcessingStatusService statuses(Tracing tracing) {
    return new ProcessingStatusService(aws.dynamoDb(), table, CLOCK, Promises.DEFAULT, tracing);
  }

  private Traced node(TailConfig tail) throws Exception {
    var exporter = InMemorySpanExporter.create();
    var tracing = opened(TestTracing.to(exporter, 1));
    var vertx = Vertx.vertx();
    closing.push(() -> vertx.close().await(5, TimeUnit.SECONDS));
    var streams = opened(aws.dynamoDbStreams(new LocalStreamArn(), new LocalChildShards()));
    var stream = new TableStream(streamArn, streams);
    var statuses = statuses(tracing);
    var reads = new LongAdder();
    var node =
        opened(
            Node.start(
                vertx,
                new Node.Settings(
                    HttpConfig.of(
                            LocalConfig.HOST,
                            FreePorts.first(),
                            new PageSettings(false, UploadRules.DEFAULT.maxBytes()))
                        .withInstances(1),
                    HubConfig.standard(),
                    StreamConfig.standard(),
                    tail.named(APPLICATION),
                    Optional.of(bus),
                    new Capacity(100, 0, Capacity.NEW_STREAMS),
                    Duration.ZERO,
                    Duration.ofMillis(100)),
                new Node.Backends(
                    aws.dynamoDbAsync(),
                    () -> stream,
                    new DynamoStatusReader(
                        aws.dynamoDbAsync(),
                        table,
                        CLOCK,
                        CountedReads.into(reads),
                        ThreadLocalRandom.current()),
                    reads,
                    statuses,
                    new UploadDesk(
                        statuses, aws.presigner(), Emulators.BUCKET, UploadRules.DEFAULT, tracing),
                    new LeadBook(aws.dynamoDb(), LeadTable.DEFAULT_NAME)),
                JwtAuthenticator.forDevelopment(
                    vertx, key.bytes(), TokenRules.development(), CLOCK),
                WebRoot.fromClasspath(),
                tracing));
    var token = new DevelopmentTokens(key, CLOCK).mint(new OwnerId("grace"), Duration.ofMinutes(5));
    var address = URI.create("http://" + LocalConfig.HOST + ":" + node.port());
    return new Traced(node, new Api(http, address, token), exporter);
  }

  @Test
  void what_a_node_pushes_that_never_read_the_table_is_in_the_trace_of_the_upload()
      throws Exception {
    var first = node(TailConfig.local("first"));
    await("the first node is whole", first.node()::isWhole);
    var second = node(TailConfig.cluster("second"));
    await("the second node is whole", second.node()::isWhole);

    UploadId id = accepted(first);
    var ofWorkers = InMemorySpanExporter.create();
    var workers =
        opened(TestTracing.to(ofWorkers, 1)); // once closed, the exporter has nothing more
    try (var here = first.user().stream(id.value(), Map.of());
        var there = second.user().stream(id.value(), Map.of())) {
      await("both watch", () -> !here.events().isEmpty() && !there.events().isEmpty());
      var record = statuses(Tracing.OFF).getStatus(id).orElseThrow();
      var written =
          Tracing.as(
              workers.follow("split", SpanKind.CONSUMER, record.trace()),
              () -> statuses(workers).updateStatus(id, Status.UPLOADED, Stage.FILE_PROCESSING));
      assertThat(written).isInstanceOf(WriteOutcome.Applied.class);
      await(
          "both have pushed",
          () -> first.span("push", 2).isPresent() && second.span("push", 2).isPresent());
    }

    // A shard is read by one of them, whichever it is. A cause may end after what came of it.
    await(
        "the tail's own span has ended",
        () -> first.span("tail", 2).isPresent() || second.span("tail", 2).isPresent());
    boolean byFirst = first.span("tail", 2).isPresent();
    Traced reader = byFirst ? first : second;
    Traced other = byFirst ? second : first;
    assertThat(other.span("tail", 2)).isEmpty();
    SpanData push = other.span("push", 2).orElseThrow();
    assertThat(push.getParentSpanId()).isEqualTo(reader.span("tail", 2).orElseThrow().getSpanId());

    List<SpanData> all =
        Stream.of(first.spans(), second.spans(), ofWorkers.getFinishedSpanItems())
            .flatMap(List::stream)
            .toList();
    assertThat(way(all, push))
        .containsExactly(
            "push", "tail", "status.update", "split", "status.create", "POST /uploads");
    SpanData request = one(all, span -> !span.getParentSpanContext().isValid());
    assertThat(first.spans()).contains(request);
    assertThat(all).extracting(SpanData::getTraceId).containsOnly(request.getTraceId());
    assertThat(all).filteredOn(span -> isPush(span) && version(span) == 2).hasSize(2);
  }

  private static UploadId accepted(Traced node) throws Exception {
    var accepted = node.user().accept("leads.csv", 10);
    return UploadId.parse(accepted.path("uploadId").asText()).orElseThrow();
  }

  private static void await(String what, BooleanSupplier condition) {
    long until = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("not in time: %s", what).isLessThan(until);
      LockSupport.parkNanos(POLL.toNanos());
    }
  }
}
