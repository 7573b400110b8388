package dev.headway;

import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import dev.headway.http.BrowserAccess;
import dev.headway.http.DevelopmentSignIn;
import dev.headway.http.HttpConfig;
import dev.headway.http.JwtAuthenticator;
import dev.headway.http.PageSettings;
import dev.headway.http.TicketSecret;
import dev.headway.http.TokenRules;
import dev.headway.http.WebRoot;
import dev.headway.hub.HubConfig;
import dev.headway.lambda.BatchDeadLetterHandler;
import dev.headway.lambda.DeepSeekCallerHandler;
import dev.headway.lambda.LeadSplitterHandler;
import dev.headway.lambda.QueueRedelivery;
import dev.headway.lambda.Redelivery;
import dev.headway.lambda.SplitDeadLetterHandler;
import dev.headway.lambda.UploadSweepHandler;
import dev.headway.leads.BatchDeadLetters;
import dev.headway.leads.BatchRows;
import dev.headway.leads.ChatCompletions;
import dev.headway.leads.LeadBook;
import dev.headway.leads.LeadSplitter;
import dev.headway.leads.LeadStandardizer;
import dev.headway.leads.LeadStore;
import dev.headway.leads.LeadTable;
import dev.headway.leads.ModelConfig;
import dev.headway.leads.Pause;
import dev.headway.leads.SecondLook;
import dev.headway.leads.SplitDeadLetters;
import dev.headway.leads.UploadDesk;
import dev.headway.leads.UploadRules;
import dev.headway.leads.UploadSweep;
import dev.headway.local.Delay;
import dev.headway.local.DevelopmentKey;
import dev.headway.local.DevelopmentTokens;
import dev.headway.local.Emulators;
import dev.headway.local.EventSource;
import dev.headway.local.EventSourceMapping;
import dev.headway.local.LocalAws;
import dev.headway.local.LocalConfig;
import dev.headway.local.LocalContext;
import dev.headway.local.LocalQueues;
import dev.headway.local.LocalSchedule;
import dev.headway.local.Ports;
import dev.headway.local.StandInModel;
import dev.headway.sse.StreamConfig;
import dev.headway.status.OwnerId;
import dev.headway.status.StatusWriter;
import dev.headway.store.AwaitedFiles;
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
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The whole system on one machine, in this JVM, on loopback: the emulators, the workers as their
 * queues invoke them, the model or its stand-in, and one node of the service.
 */
public final class LocalSystem implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LocalSystem.class);

  /**
   * With a key, the real model is asked; {@code DEEPSEEK_BASE_URL} and {@code _MODEL} go with it.
   */
  private static final String MODEL_KEY = "DEEPSEEK_API_KEY";

  /** The same at every start, so that a kept lease table goes on where it was. */
  private static final String WORKER = "local";

  /** Batches at one time, as the maximum concurrency of the queue's mapping on AWS. */
  private static final int BATCH_CONCURRENCY = 10;

  /** Whom the page offers to be; the first is the one that commands are, too. */
  private static final List<String> USERS = List.of("developer", "ada", "grace");

  /** The page gets another one by itself when it is over. */
  private static final Duration TOKEN_LIFETIME = Duration.ofHours(12);

  private static final int PARALLEL_QUESTIONS = 4;

  private static final Duration SWEEP_EVERY = Duration.ofMinutes(1);

  private final LocalConfig config;
  private final StatusWriter statuses;
  private final DevelopmentTokens tokens;
  private final Node node;
  private final Deque<AutoCloseable> closing;

  private LocalSystem(
      LocalConfig config,
      StatusWriter statuses,
      DevelopmentTokens tokens,
      Node node,
      Deque<AutoCloseable> closing) {
    this.config = config;
    this.statuses = statuses;
    this.tokens = tokens;
    this.node = node;
    this.closing = closing;
  }

  /**
   * Starts everything; blocks for some seconds.
   *
   * @param environment may name another development key, a delay of the stand-in, a real model
   * @throws dev.headway.local.CannotStartException with a sentence for the person at the terminal
   */
  public static LocalSystem start(LocalConfig config, Map<String, String> environment)
      throws Exception {
    return start(config, environment, Tracing.of(ServiceConfig.traces(environment), "headway"));
  }

  /** The same with spans that go where the caller wants them; closed with the system. */
  static LocalSystem start(LocalConfig config, Map<String, String> environment, Tracing tracing)
      throws Exception {
    Deque<AutoCloseable> closing = new ArrayDeque<>(List.of(tracing));
    try {
      return new Start(config, environment, tracing, closing).run();
    } catch (Exception e) {
      closeAll(closing);
      throw e;
    }
  }

  /** One start: what is opened goes on the stack of what will be closed. */
  private record Start(
      LocalConfig config,
      Map<String, String> environment,
      Tracing tracing,
      Deque<AutoCloseable> closing) {
    LocalSystem run() throws Exception {
      // All five at once, before seconds are spent on the emulators.
      Ports.requireFree(config);
      var key = DevelopmentKey.at(DevelopmentKey.location(environment, home()));
      // Meanwhile: half of a cold start is loading classes, and the emulators leave a core idle.
      var vertxReady = java.util.concurrent.CompletableFuture.supplyAsync(this::vertx);
      var emulators = opened(Emulators.start(config));
      LocalAws aws = emulators.aws();
      InstantSource clock = InstantSource.system();

      var table = new StatusTable("ProcessingStatus");
      String streamArn = table.createIfAbsent(aws.dynamoDb());
      LeadTable.createIfAbsent(aws.dynamoDb(), LeadTable.DEFAULT_NAME);
      var statuses =
          new ProcessingStatusService(aws.dynamoDb(), table, clock, Promises.DEFAULT, tracing);

      Vertx vertx = vertxReady.get(20, TimeUnit.SECONDS);
      closing.push(() -> vertx.close().await(5, TimeUnit.SECONDS));
      var reads = new LongAdder();
      var streams = opened(aws.dynamoDbStreams(new LocalStreamArn(), new LocalChildShards()));
      var stream = new TableStream(streamArn, streams);
      var backends =
          new Node.Backends(
              aws.dynamoDbAsync(),
              () -> stream,
              new DynamoStatusReader(
                  aws.dynamoDbAsync(),
                  table,
                  clock,
                  CountedReads.into(reads),
                  ThreadLocalRandom.current()),
              reads,
              statuses,
              new UploadDesk(
                  statuses, aws.presigner(), Emulators.BUCKET, UploadRules.DEFAULT, tracing),
              new LeadBook(aws.dynamoDb(), LeadTable.DEFAULT_NAME));
      var authenticator =
          JwtAuthenticator.forDevelopment(vertx, key.bytes(), TokenRules.development(), clock);
      var tokens = new DevelopmentTokens(key, clock);
      Node node =
          opened(
              Node.start(
                  vertx,
                  settings(tokens, key),
                  backends,
                  authenticator,
                  WebRoot.fromClasspath(),
                  tracing));
      startWorkers(aws, emulators.queues(), statuses, clock);
      startSweep(new UploadSweep(new AwaitedFiles(aws.dynamoDb(), table), statuses, clock));
      return new LocalSystem(config, statuses, tokens, node, closing);
    }

    private Vertx vertx() {
      return Vertx.builder().build();
    }

    private Path home() {
      return Path.of(System.getProperty("user.home"));
    }

    private boolean hasRealModel() {
      return !environment.getOrDefault(MODEL_KEY, "").isBlank();
    }

    private Node.Settings settings(DevelopmentTokens tokens, DevelopmentKey key) {
      var page =
          new PageSettings(!hasRealModel(), UploadRules.DEFAULT.maxBytes())
              .withDevelopmentSignIn(
                  new DevelopmentSignIn(USERS, user -> tokens.mint(user, TOKEN_LIFETIME)));
      var uploads = new LinkedHashSet<>(List.of(HttpConfig.originOf(config.s3())));
      return new Node.Settings(
          HttpConfig.of(LocalConfig.HOST, config.port(), page)
              .withInstances(Math.min(2, Runtime.getRuntime().availableProcessors()))
              .withUploadOrigins(uploads)
              .withAllowedOrigins(Set.of())
              .withLimits(ServiceConfig.limits(environment))
              .withBrowsers(
                  new BrowserAccess(List.of(ticketSecret(key)), /* secureCookies= */ false)),
          HubConfig.standard(),
          StreamConfig.standard(),
          TailConfig.local(WORKER),
          Optional.empty(),
          ServiceConfig.capacity(environment),
          Duration.ZERO,
          Duration.ofMillis(200));
    }

    /** Kept with the key of the tokens, so that a page's tickets outlive a restart as they do. */
    private static TicketSecret ticketSecret(DevelopmentKey key) {
      return new TicketSecret(Base64.getEncoder().encodeToString(key.bytes()));
    }

    private void startWorkers(
        LocalAws aws, LocalQueues queues, StatusWriter statuses, InstantSource clock) {
      var model = opened(new ChatCompletions(model(), clock, Pause.SLEEP));
      var batches = new BatchRows(aws.s3(), Emulators.BUCKET);
      var leads = new LeadStore(aws.dynamoDb(), LeadTable.DEFAULT_NAME, clock);
      var splitter =
          new LeadSplitter(
              statuses,
              aws.s3(),
              aws.sqs(),
              LeadSplitter.Config.of(queues.batches()),
              Pause.SLEEP,
              tracing);
      // Opened last and so closed first, those that feed the others before them.
      invoke(
          aws,
          EventSource.of(queues.splitDeadLetters(), 1, 1),
          new SplitDeadLetterHandler(new SplitDeadLetters(statuses)));
      invoke(
          aws,
          EventSource.of(queues.batchDeadLetters(), 1, 2),
          new BatchDeadLetterHandler(
              new BatchDeadLetters(
                  statuses, batches, leads, new SecondLook(aws.sqs(), queues.batchDeadLetters()))));
      invoke(
          aws,
          EventSource.of(queues.batches(), 1, BATCH_CONCURRENCY),
          new DeepSeekCallerHandler(
              new LeadStandardizer(statuses, batches, model, leads, PARALLEL_QUESTIONS, tracing),
              new QueueRedelivery(aws.sqs(), queues.batches())));
      invoke(
          aws,
          EventSource.of(queues.split(), 1, 2),
          new LeadSplitterHandler(splitter, Redelivery.AS_THE_QUEUE_SAYS));
    }

    private void startSweep(UploadSweep sweep) {
      var function = new UploadSweepHandler(sweep);
      String name = function.getClass().getSimpleName();
      opened(
          LocalSchedule.start(
              name,
              SWEEP_EVERY,
              () -> {
                var context = new LocalContext(name, SWEEP_EVERY, System::nanoTime);
                LOG.debug("{}: {}", name, function.handleRequest(Map.of(), context));
              }));
    }

    private ModelConfig model() {
      if (hasRealModel()) {
        return ModelConfig.of(
            URI.create(
                environment.getOrDefault("DEEPSEEK_BASE_URL", "https://api.deepseek.com/v1")),
            environment.getOrDefault(MODEL_KEY, ""),
            environment.getOrDefault("DEEPSEEK_MODEL", "deepseek-chat"));
      }
      var standIn = opened(StandInModel.start(config, Delay.of(environment)));
      return ModelConfig.of(
          URI.create("http://" + LocalConfig.HOST + ":" + standIn.port() + "/v1"),
          "none",
          StandInModel.NAME);
    }

    private void invoke(
        LocalAws aws, EventSource source, RequestHandler<SQSEvent, SQSBatchResponse> function) {
      String name = function.getClass().getSimpleName();
      opened(
          EventSourceMapping.start(
              aws.sqs(),
              source,
              event ->
                  function.handleRequest(
                      event, new LocalContext(name, source.timeout(), System::nanoTime))));
    }

    private <T extends AutoCloseable> T opened(T part) {
      closing.push(part);
      return part;
    }
  }

  /** Where the page and the API are. */
  public URI baseUrl() {
    return URI.create("http://" + LocalConfig.HOST + ":" + node.port());
  }

  /** A development token for a user of this machine. */
  public String token(String user, Duration lifetime) {
    return tokens.mint(new OwnerId(user), lifetime);
  }

  /** The one writer of the table, for measurements that play the workers. */
  public StatusWriter statusWriter() {
    return statuses;
  }

  /** Whether the tail vouches for the board: from then on polls cost the table nothing. */
  public boolean isWhole() {
    return node.isWhole();
  }

  public LocalConfig config() {
    return config;
  }

  /** Ends everything in the opposite order; blocks for some seconds at most. */
  @Override
  public void close() {
    closeAll(closing);
  }

  private static void closeAll(Deque<AutoCloseable> closing) {
    while (!closing.isEmpty()) {
      try {
        closing.pop().close();
      } catch (Exception e) {
        LOG.warn("a part of the local system did not close", e);
      }
    }
  }
}
