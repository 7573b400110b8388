package dev.headway;

import dev.headway.cli.Terminal;
import dev.headway.http.BrowserAccess;
import dev.headway.http.HttpConfig;
import dev.headway.http.JwtAuthenticator;
import dev.headway.http.PageSettings;
import dev.headway.http.TokenRules;
import dev.headway.http.WebRoot;
import dev.headway.hub.HubConfig;
import dev.headway.leads.LeadBook;
import dev.headway.leads.UploadDesk;
import dev.headway.leads.UploadRules;
import dev.headway.sse.StreamConfig;
import dev.headway.store.DynamoStatusReader;
import dev.headway.store.ProcessingStatusService;
import dev.headway.store.Promises;
import dev.headway.store.StatusTable;
import dev.headway.tail.LocalChildShards;
import dev.headway.tail.LocalStreamArn;
import dev.headway.tail.TableStream;
import dev.headway.tail.TailConfig;
import dev.headway.traces.Tracing;
import io.vertx.core.Vertx;
import io.vertx.core.transport.Transport;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

/** {@code headway serve}: one node of the service, against AWS, until it is told to stop. */
final class ServeCommand {
  private static final Logger LOG = LoggerFactory.getLogger(ServeCommand.class);

  private final Terminal terminal;
  private final Map<String, String> environment;

  ServeCommand(Terminal terminal, Map<String, String> environment) {
    this.terminal = terminal;
    this.environment = environment;
  }

  /** What the service runs on: Linux's own polling where it is to be had, which is cheaper. */
  static Vertx newVertx() {
    Transport epoll = Transport.EPOLL;
    return epoll != null && epoll.available()
        ? Vertx.builder().withTransport(epoll).build()
        : Vertx.builder().build();
  }

  /** Blocks until the process is told to end; returns the exit status for the shell. */
  int run(List<String> arguments) throws InterruptedException {
    if (!arguments.isEmpty()) {
      boolean help = arguments.equals(List.of("--help")) || arguments.equals(List.of("-h"));
      (help ? terminal.out() : terminal.err()).print(ServiceConfig.HELP);
      return help ? 0 : 2;
    }
    var ended = new CountDownLatch(1);
    Deque<AutoCloseable> closing = new ArrayDeque<>();
    try {
      var config = ServiceConfig.of(environment);
      var node = new Start(config, closing).run();
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(
                  () -> {
                    closeAll(closing);
                    ended.countDown();
                  },
                  "headway-stop"));
      LOG.info("serving on port {}", node.port());
    } catch (IllegalArgumentException | IllegalStateException | SdkException e) {
      terminal.err().println("headway serve cannot start: " + e.getMessage());
      closeAll(closing);
      return 1;
    }
    ended.await();
    return 0;
  }

  private static void closeAll(Deque<AutoCloseable> closing) {
    while (!closing.isEmpty()) {
      try {
        closing.pop().close();
      } catch (Exception e) {
        LOG.warn("a part of the service did not close", e);
      }
    }
  }

  /** One start: what is opened goes on the stack of what will be closed. */
  private record Start(ServiceConfig config, Deque<AutoCloseable> closing) {
    Node run() {
      if (config.ticketSecrets().isEmpty()) {
        LOG.info(
            "HEADWAY_TICKET_KEY is not set: stream tickets are good at this node and until it"
                + " stops");
      }
      InstantSource clock = InstantSource.system();
      var http = opened(UrlConnectionHttpClient.create());
      var dynamo = opened(DynamoDbClient.builder().httpClient(http).build());
      var dynamoAsync = async();
      var table = new StatusTable(config.statusTable());
      var streams = opened(new Streams(http));
      var tracing = opened(Tracing.of(config.traces(), "headway"));
      var statuses = new ProcessingStatusService(dynamo, table, clock, Promises.DEFAULT, tracing);
      var rules =
          config
              .maxUploadBytes()
              .map(bytes -> new UploadRules(bytes, UploadRules.DEFAULT.validity()))
              .orElse(UploadRules.DEFAULT);
      var presigner = opened(UploadDesk.presigner());
      var vertx = newVertx();
      closing.push(() -> vertx.close().await(5, TimeUnit.SECONDS));
      var reads = new LongAdder();
      var backends =
          new Node.Backends(
              async(), // its own: leases must not wait behind thousands of readers
              () -> streams.of(table.streamArn(dynamo)),
              new DynamoStatusReader(
                  dynamoAsync, table, clock, CountedReads.into(reads), ThreadLocalRandom.current()),
              reads,
              statuses,
              new UploadDesk(statuses, presigner, config.bucket(), rules, tracing),
              new LeadBook(dynamo, config.leadsTable()));
      var authenticator =
          JwtAuthenticator.forIssuer(
              vertx,
              config.jwks(),
              TokenRules.published(config.issuer(), config.audiences()),
              clock);
      var node =
          opened(
              Node.start(
                  vertx,
                  settings(rules),
                  backends,
                  authenticator,
                  WebRoot.fromClasspath(),
                  tracing));
      config.management().ifPresent(node::answerOperators);
      return node;
    }

    /** Never closed: that takes two seconds of silence on its event loops, and the process ends. */
    private static DynamoDbAsyncClient async() {
      return DynamoDbAsyncClient.builder()
          .httpClientBuilder(NettyNioAsyncHttpClient.builder())
          .build();
    }

    private Node.Settings settings(UploadRules rules) {
      String origin =
          config
              .uploadOrigin()
              .orElseGet(() ->
                  "https://%s.s3.%s.amazonaws.com"
                      .formatted(
                          config.bucket(), new DefaultAwsRegionProviderChain().getRegion().id()));
      return new Node.Settings(
          HttpConfig.of(config.host(), config.port(), new PageSettings(false, rules.maxBytes()))
              .withInstances(Runtime.getRuntime().availableProcessors())
              .withUploadOrigins(new LinkedHashSet<>(List.of(origin)))
              .withAllowedOrigins(config.allowedOrigins())
              .withLimits(config.limits())
              .withBrowsers(new BrowserAccess(config.ticketSecrets(), /* secureCookies= */ true))
              .withTls(config.tls()),
          HubConfig.standard(),
          StreamConfig.standard(),
          TailConfig.cluster(UUID.randomUUID().toString()).named(config.application()),
          config.bus(),
          config.capacity(),
          config.warmUp(),
          config.drain());
    }

    private <T extends AutoCloseable> T opened(T part) {
      closing.push(part);
      return part;
    }
  }

  /**
   * The client of the table's stream, made when the stream is known: DynamoDB Local in the place of
   * AWS needs the tail's translations. Any thread.
   */
  private static final class Streams implements AutoCloseable {
    private final SdkHttpClient http;
    private @Nullable TableStream made;

    Streams(SdkHttpClient http) {
      this.http = http;
    }

    /** Keeps the client as long as the stream is the same; a table made anew has another one. */
    synchronized TableStream of(String arn) {
      TableStream known = made;
      if (known == null || !known.arn().equals(arn)) {
        close();
        known = new TableStream(arn, client(arn));
        made = known;
      }
      return known;
    }

    private DynamoDbStreamsClient client(String arn) {
      var builder = DynamoDbStreamsClient.builder().httpClient(http);
      if (LocalStreamArn.isLocal(arn)) {
        builder.overrideConfiguration(override ->
            override
                .addExecutionInterceptor(new LocalStreamArn())
                .addExecutionInterceptor(new LocalChildShards()));
      }
      return builder.build();
    }

    @Override
    public synchronized void close() {
      if (made != null) {
        made.client().close();
      }
    }
  }
}
