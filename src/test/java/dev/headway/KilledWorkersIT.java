package dev.headway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import dev.headway.lambda.DeepSeekCallerHandler;
import dev.headway.lambda.LeadSplitterHandler;
import dev.headway.lambda.Redelivery;
import dev.headway.leads.BatchRows;
import dev.headway.leads.ChatCompletions;
import dev.headway.leads.LeadSplitter;
import dev.headway.leads.LeadStandardizer;
import dev.headway.leads.LeadStore;
import dev.headway.leads.LeadTable;
import dev.headway.leads.ModelConfig;
import dev.headway.leads.Pause;
import dev.headway.local.Delay;
import dev.headway.local.Emulators;
import dev.headway.local.EventSource;
import dev.headway.local.EventSourceMapping;
import dev.headway.local.FreePorts;
import dev.headway.local.LocalAws;
import dev.headway.local.LocalConfig;
import dev.headway.local.LocalContext;
import dev.headway.local.StandInModel;
import dev.headway.status.OwnerId;
import dev.headway.status.ProcessingStatus;
import dev.headway.status.Progress;
import dev.headway.status.Status;
import dev.headway.status.UploadId;
import dev.headway.store.ProcessingStatusService;
import dev.headway.store.Promises;
import dev.headway.store.StatusTable;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.Record;
import software.amazon.awssdk.services.dynamodb.model.Shard;
import software.amazon.awssdk.services.dynamodb.model.ShardIteratorType;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/**
 * The workers on the emulators and their queues, killed at random points: just before a call to a
 * service, or just after it, when its effect is there and nobody knows. What is left behind is for
 * the redelivery, and at the end nobody can tell that anything happened.
 */
class KilledWorkersIT {
  private static final long SEED = 20_250_109;
  private static final double KILLED = 0.02;
  private static final List<Integer> BATCHES = List.of(20, 30, 40);
  private static final int LEADS_A_BATCH = 10;
  private static final OwnerId ADA = new OwnerId("ada");
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final Deque<AutoCloseable> closing = new ArrayDeque<>();
  private final Kills kills = new Kills();
  private final LocalConfig config = FreePorts.config();
  private final StatusTable table = new StatusTable("ProcessingStatus");
  private Emulators emulators;
  private ProcessingStatusService healthy;
  private String streamArn;

  @BeforeEach
  void start() throws Exception {
    emulators = opened(Emulators.start(config));
    LocalAws aws = emulators.aws();
    streamArn = table.createIfAbsent(aws.dynamoDb());
    LeadTable.createIfAbsent(aws.dynamoDb(), LeadTable.DEFAULT_NAME);
    healthy =
        new ProcessingStatusService(
            aws.dynamoDb(), table, InstantSource.system(), Promises.DEFAULT);
    neverToTheDeadLetters(emulators.queues().split());
    neverToTheDeadLetters(emulators.queues().batches());
    startWorkers(aws);
  }

  @AfterEach
  void stop() throws Exception {
    while (!closing.isEmpty()) {
      closing.pop().close();
    }
  }

  private <T extends AutoCloseable> T opened(T part) {
    closing.push(part);
    return part;
  }

  /**
   * So that every upload must complete, however unlucky one of its messages is: as many receives as
   * SQS allows.
   */
  private void neverToTheDeadLetters(String queueUrl) {
    SqsClient sqs = emulators.aws().sqs();
    String policy =
        sqs.getQueueAttributes(
                ask -> ask.queueUrl(queueUrl).attributeNames(QueueAttributeName.REDRIVE_POLICY))
            .attributesAsStrings()
            .getOrDefault("RedrivePolicy", "")
            .replaceAll("(\"maxReceiveCount\":)\"?[0-9]+\"?", "$1\"1000\"");
    assertThat(policy).contains("1000");
    var _ =
        sqs.setQueueAttributes(set ->
            set.queueUrl(queueUrl).attributes(Map.of(QueueAttributeName.REDRIVE_POLICY, policy)));
  }

  private void startWorkers(LocalAws aws) {
    var http = opened(UrlConnectionHttpClient.create());
    var dynamo =
        opened(mortal(DynamoDbClient.builder(), config.dynamoDb()).httpClient(http).build());
    var sqs = opened(mortal(SqsClient.builder(), config.sqs()).httpClient(http).build());
    var s3 =
        opened(
            mortal(S3Client.builder(), config.s3()).httpClient(http).forcePathStyle(true).build());
    opened(StandInModel.start(config, Delay.NONE));
    var clock = InstantSource.system();
    var model =
        opened(
            new ChatCompletions(
                ModelConfig.of(URI.create(config.model() + "/v1"), "none", StandInModel.NAME),
                clock,
                Pause.SLEEP));
    var statuses = new ProcessingStatusService(dynamo, table, clock, Promises.DEFAULT);
    invoke(
        aws,
        emulators.queues().batches(),
        new DeepSeekCallerHandler(
            new LeadStandardizer(
                statuses,
                new BatchRows(s3, Emulators.BUCKET),
                model,
                new LeadStore(dynamo, LeadTable.DEFAULT_NAME, clock),
                2),
            Redelivery.AS_THE_QUEUE_SAYS));
    invoke(
        aws,
        emulators.queues().split(),
        new LeadSplitterHandler(
            new LeadSplitter(
                statuses,
                s3,
                sqs,
                LeadSplitter.Config.of(emulators.queues().batches()),
                Pause.SLEEP),
            Redelivery.AS_THE_QUEUE_SAYS));
  }

  private void invoke(
      LocalAws aws, String queueUrl, RequestHandler<SQSEvent, SQSBatchResponse> function) {
    var second = Duration.ofSeconds(1); // hidden after a death, and no longer
    var source = new EventSource(queueUrl, 1, 4, second, Duration.ofMinutes(1), second);
    opened(
        EventSourceMapping.start(
            aws.sqs(),
            source,
            event ->
                function.handleRequest(
                    event, new LocalContext("worker", source.timeout(), System::nanoTime))));
  }

  private <B extends AwsClientBuilder<B, C>, C> B mortal(B builder, URI endpoint) {
    return builder
        .endpointOverride(endpoint)
        .region(LocalAws.REGION)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "locallocal")))
        .overrideConfiguration(override -> override.addExecutionInterceptor(kills));
  }

  /** Not an exception: the end of a process runs no {@code catch}. */
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1;

    Killed(String when) {
      super(when, null, false, false);
    }
  }

  private static final class Kills implements ExecutionInterceptor {
    private final Random random = new Random(SEED);
    private final AtomicInteger before = new AtomicInteger();
    private final AtomicInteger after = new AtomicInteger();

    @Override
    public void beforeExecution(Context.BeforeExecution call, ExecutionAttributes attributes) {
      killSometimes(before);
    }

    @Override
    public void afterExecution(Context.AfterExecution call, ExecutionAttributes attributes) {
      killSometimes(after);
    }

    private void killSometimes(AtomicInteger counted) {
      // Half of the rate at each end of a call. Random is safe for use by many threads.
      if (random.nextDouble() < KILLED / 2) {
        counted.incrementAndGet();
        throw new Killed("killed");
      }
    }
  }

  @Test
  void whatever_dies_each_lead_is_there_once_and_each_batch_is_counted_once() {
    Map<UploadId, Integer> uploads = new LinkedHashMap<>();
    for (int batches : BATCHES) {
      uploads.put(upload(uploads.size(), batches), batches);
    }

    for (var upload : uploads.entrySet()) {
      int batches = upload.getValue();
      int leads = batches * LEADS_A_BATCH;
      ProcessingStatus end = terminal(upload.getKey());
      assertThat(end.status()).isEqualTo(Status.COMPLETED);
      assertThat(end.progress())
          .isEqualTo(new Progress(batches, batches, 0, leads, leads, leads, 0));
      assertThat(end.version()).isEqualTo(writes(upload.getKey(), batches));
    }
    assertThat(kills.before.get()).as("killed before a call").isGreaterThan(3);
    assertThat(kills.after.get()).as("killed after a call").isGreaterThan(3);

    Map<String, List<Long>> versions = versions();
    uploads.forEach((id, batches) ->
        assertThat(versions.get(id.value()))
            .containsExactlyElementsOf(
                LongStream.rangeClosed(1, writes(id, batches)).boxed().toList()));
    assertThat(emails()).isEqualTo(expected(uploads));
  }

  private UploadId upload(int number, int batches) {
    var id = UploadId.random();
    byte[] file = csv(number, batches * LEADS_A_BATCH);
    healthy.createStatus(id, ADA, "leads.csv", file.length);
    var _ =
        emulators
            .aws()
            .s3()
            .putObject(
                put -> put.bucket(Emulators.BUCKET).key("uploads/" + id + ".csv"),
                RequestBody.fromBytes(file));
    return id;
  }

  private static byte[] csv(int upload, int rows) {
    var text = new StringBuilder("Name,Email\n");
    for (int row = 1; row <= rows; row++) {
      text.append("Ann Lee,").append(email(upload, row)).append('\n');
    }
    return text.toString().getBytes(UTF_8);
  }

  private static String email(int upload, int row) {
    return "ann%d.%d@a.example".formatted(upload, row);
  }

  private static Set<String> expected(Map<UploadId, Integer> uploads) {
    var all = new HashSet<String>();
    int number = 0;
    for (int batches : uploads.values()) {
      for (int row = 1; row <= batches * LEADS_A_BATCH; row++) {
        all.add(email(number, row));
      }
      number++;
    }
    return all;
  }

  /** On the test's own thread: the HTTP client of the workers needs the common pool. */
  private ProcessingStatus terminal(UploadId id) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    ProcessingStatus record = healthy.getStatus(id).orElseThrow();
    while (!record.isTerminal()) {
      assertThat(System.nanoTime() - end).as("still waiting for " + record).isNegative();
      LockSupport.parkNanos(POLL.toNanos());
      record = healthy.getStatus(id).orElseThrow();
    }
    return record;
  }

  private long writes(UploadId id, int batches) {
    return Writes.ofCompleted(emulators.aws().dynamoDb(), table, id, batches);
  }

  /** Every lead that is stored, none twice. */
  private Set<String> emails() {
    var emails = new HashSet<String>();
    emulators
        .aws()
        .dynamoDb()
        .scanPaginator(scan -> scan.tableName(LeadTable.DEFAULT_NAME).consistentRead(true))
        .items()
        .forEach(lead -> assertThat(emails.add(text(lead, "email"))).isTrue());
    return emails;
  }

  private static String text(Map<String, AttributeValue> item, String attribute) {
    AttributeValue value = item.get(attribute);
    return value == null ? "" : value.s();
  }

  /** What the table's stream told of each upload, in its order. */
  private Map<String, List<Long>> versions() {
    var versions = new HashMap<String, List<Long>>();
    try (var streams = emulators.aws().dynamoDbStreams()) {
      for (Shard shard :
          streams.describeStream(ask -> ask.streamArn(streamArn)).streamDescription().shards()) {
        for (Record change : changes(streams, shard)) {
          var image = change.dynamodb().newImage();
          AttributeValue version = image.get("version");
          if (version != null) {
            versions
                .computeIfAbsent(text(image, "uploadId"), _ -> new ArrayList<>())
                .add(Long.parseLong(version.n()));
          }
        }
      }
    }
    return versions;
  }

  private List<Record> changes(DynamoDbStreamsClient streams, Shard shard) {
    var changes = new ArrayList<Record>();
    String iterator =
        streams
            .getShardIterator(ask ->
                ask.streamArn(streamArn)
                    .shardId(shard.shardId())
                    .shardIteratorType(ShardIteratorType.TRIM_HORIZON))
            .shardIterator();
    while (iterator != null) {
      String from = iterator;
      var page = streams.getRecords(ask -> ask.shardIterator(from));
      changes.addAll(page.records());
      // An open shard has no last page; all writes were over before the first.
      iterator = page.records().isEmpty() ? null : page.nextShardIterator();
    }
    return changes;
  }
}
