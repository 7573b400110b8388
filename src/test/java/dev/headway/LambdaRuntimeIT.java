package dev.headway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headway.lambda.BatchDeadLetterHandler;
import dev.headway.lambda.DeepSeekCallerHandler;
import dev.headway.lambda.Environment;
import dev.headway.lambda.FileUploadHandler;
import dev.headway.lambda.LeadReaderHandler;
import dev.headway.lambda.LeadSplitterHandler;
import dev.headway.lambda.SplitDeadLetterHandler;
import dev.headway.lambda.UploadSweepHandler;
import dev.headway.leads.LeadTable;
import dev.headway.local.Delay;
import dev.headway.local.Emulators;
import dev.headway.local.EventSource;
import dev.headway.local.EventSourceMapping;
import dev.headway.local.FreePorts;
import dev.headway.local.LocalConfig;
import dev.headway.local.StandInModel;
import dev.headway.status.ErrorCode;
import dev.headway.status.OwnerId;
import dev.headway.status.ProcessingStatus;
import dev.headway.status.Progress;
import dev.headway.status.Status;
import dev.headway.status.StatusError;
import dev.headway.status.UploadId;
import dev.headway.store.ProcessingStatusService;
import dev.headway.store.Promises;
import dev.headway.store.StatusTable;
import dev.headway.traces.TracesConfig;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * The shipped jar alone under Lambda's own runtime, each function in a process of its own, against
 * the emulators: what neither a class path full of everything nor a hand-made event would show.
 */
@EnabledOnOs(value = OS.LINUX, disabledReason = "the runtime's native part is for Linux only")
class LambdaRuntimeIT {
  private static final Path JAR = Path.of("target", "headway-lambda.jar");
  private static final OwnerId ADA = new OwnerId("ada");
  private static final int ROWS = 95;
  private static final Duration POLL = Duration.ofMillis(50);

  private final Deque<AutoCloseable> closing = new ArrayDeque<>();
  private final ObjectMapper json = new ObjectMapper();
  private final LocalConfig config = FreePorts.config();
  private final StatusTable table = new StatusTable("ProcessingStatus");
  private Emulators emulators;
  private ProcessingStatusService statuses;
  private Collector collector;

  @BeforeEach
  void start() throws Exception {
    emulators = opened(Emulators.start(config));
    var _ = table.createIfAbsent(emulators.aws().dynamoDb());
    LeadTable.createIfAbsent(emulators.aws().dynamoDb(), LeadTable.DEFAULT_NAME);
    statuses = service(InstantSource.system());
    opened(StandInModel.start(config, Delay.NONE));
    collector = opened(new Collector());
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

  private ProcessingStatusService service(InstantSource clock) {
    return new ProcessingStatusService(emulators.aws().dynamoDb(), table, clock, Promises.DEFAULT);
  }

  private LambdaFunction function(Class<?> handler) throws IOException {
    Map<String, String> variables =
        new HashMap<>(LambdaFunction.endpoints(config.dynamoDb(), config.sqs(), config.s3()));
    variables.put(Environment.STATUS_TABLE, table.name());
    variables.put(Environment.LEADS_TABLE, LeadTable.DEFAULT_NAME);
    variables.put(Environment.UPLOAD_BUCKET, Emulators.BUCKET);
    variables.put(Environment.BATCH_QUEUE_URL, emulators.queues().batches());
    variables.put(Environment.BATCH_DEAD_LETTER_QUEUE_URL, emulators.queues().batchDeadLetters());
    variables.put(Environment.SPLIT_QUEUE_URL, emulators.queues().split());
    variables.put(Environment.MODEL_BASE_URL, config.model() + "/v1");
    variables.put(Environment.MODEL_API_KEY, "none");
    variables.put(TracesConfig.SHARE, "1");
    variables.put(TracesConfig.ENDPOINT, collector.address().toString());
    return opened(new LambdaFunction(JAR, handler, variables));
  }

  /** Feeds a queue to a function until the test ends; a function takes one event at a time. */
  private void feed(String queueUrl, int batchSize, LambdaFunction function) {
    opened(
        EventSourceMapping.start(
            emulators.aws().sqs(),
            EventSource.of(queueUrl, batchSize, 1),
            event -> invoke(function, event)));
  }

  private SQSBatchResponse invoke(LambdaFunction function, SQSEvent event) {
    try {
      return json.readValue(function.invoke(event(event).toString()), SQSBatchResponse.class);
    } catch (IOException e) {
      throw new IllegalStateException("not the answer of a queue's function", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** As Lambda writes it, which is not how a mapper would write the class. */
  private ObjectNode event(SQSEvent event) {
    var root = json.createObjectNode();
    var records = root.putArray("Records");
    for (SQSEvent.SQSMessage message : event.getRecords()) {
      var record = records.addObject();
      record.put("messageId", message.getMessageId());
      record.put("receiptHandle", message.getReceiptHandle());
      record.put("body", message.getBody());
      record.put("md5OfBody", message.getMd5OfBody());
      record.put("eventSource", "aws:sqs");
      record.put("eventSourceARN", message.getEventSourceArn());
      record.put("awsRegion", message.getAwsRegion());
      record.putObject("messageAttributes");
      var attributes = record.putObject("attributes");
      message.getAttributes().forEach(attributes::put);
    }
    return root;
  }

  /** An event of the HTTP API, format 2.0. */
  private String call(String method, String path, String body) {
    var event = json.createObjectNode();
    event.put("version", "2.0");
    event.put("routeKey", "$default");
    event.put("rawPath", path);
    event.put("rawQueryString", "");
    event.putObject("headers").put("content-type", "application/json");
    event.put("body", body);
    event.put("isBase64Encoded", false);
    var context = event.putObject("requestContext");
    context.put("stage", "$default");
    context.putObject("http").put("method", method).put("path", path);
    context.putObject("authorizer").putObject("jwt").putObject("claims").put("sub", ADA.value());
    return event.toString();
  }

  private JsonNode answer(LambdaFunction function, String event, int status) throws Exception {
    JsonNode answer = json.readTree(function.invoke(event));
    assertThat(answer.path("statusCode").asInt()).as(answer.toString()).isEqualTo(status);
    return json.readTree(answer.path("body").asText());
  }

  private static byte[] csv() {
    var text = new StringBuilder("Name,Email\n");
    for (int i = 1; i <= ROWS; i++) {
      text.append("Ann Lee,ann%d@a.example\n".formatted(i));
    }
    return text.toString().getBytes(UTF_8);
  }

  private ProcessingStatus terminal(UploadId id) throws Exception {
    return CompletableFuture.supplyAsync(
            () -> {
              while (true) {
                ProcessingStatus record = statuses.getStatus(id).orElseThrow();
                if (record.isTerminal()) {
                  return record;
                }
                LockSupport.parkNanos(POLL.toNanos());
              }
            })
        .get(90, TimeUnit.SECONDS);
  }

  @Test
  void a_file_goes_through_every_function_from_its_acceptance_to_its_leads() throws Exception {
    var reader = function(LeadReaderHandler.class);
    var desk = function(FileUploadHandler.class);
    feed(emulators.queues().split(), 1, function(LeadSplitterHandler.class));
    feed(emulators.queues().batches(), 5, function(DeepSeekCallerHandler.class));
    byte[] file = csv();

    JsonNode accepted =
        answer(
            desk,
            call(
                "POST",
                "/uploads",
                "{\"fileName\":\"leads.csv\",\"fileSize\":%d,\"contentType\":\"text/csv\"}"
                    .formatted(file.length)),
            201);
    UploadId id = UploadId.parse(accepted.path("uploadId").asText()).orElseThrow();
    put(accepted.path("upload"), file);

    ProcessingStatus end = terminal(id);
    assertThat(end.status()).isEqualTo(Status.COMPLETED);
    assertThat(end.progress()).isEqualTo(new Progress(10, 10, 0, ROWS, ROWS, ROWS, 0));
    assertThat(end.version())
        .isEqualTo(Writes.ofCompleted(emulators.aws().dynamoDb(), table, id, 10));
    JsonNode polled = answer(reader, call("GET", "/status/" + id, ""), 200);
    assertThat(polled.path("status").asText()).isEqualTo("completed");
    assertThat(polled.path("version").asLong()).isEqualTo(end.version());
    assertThat(answer(reader, call("GET", "/leads", ""), 200).path("leads")).isNotEmpty();
    // A function is frozen as soon as it has answered: what ended was sent before.
    assertThat(collector.received())
        .contains("POST /uploads", "status.create", "split", "standardize", "status.finish")
        .doesNotContain("leads.csv", "a.example");
  }

  private static void put(JsonNode target, byte[] file) throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create(target.path("url").asText()))
            .PUT(HttpRequest.BodyPublishers.ofByteArray(file));
    target
        .path("headers")
        .properties()
        .forEach(header -> request.header(header.getKey(), header.getValue().asText()));
    try (var client = HttpClient.newHttpClient()) {
      assertThat(client.send(request.build(), HttpResponse.BodyHandlers.ofString()).statusCode())
          .isEqualTo(200);
    }
  }

  @Test
  void dead_letters_and_the_schedule_end_their_uploads() throws Exception {
    var unsplit = UploadId.random();
    var unanswered = UploadId.random();
    var unsent = UploadId.random();
    statuses.createStatus(unsplit, ADA, "a.csv", 1);
    statuses.createStatus(unanswered, ADA, "b.csv", 1);
    statuses.splitInto(unanswered, 1, 1);
    service(InstantSource.fixed(Instant.now().minus(Duration.ofHours(1))))
        .createStatus(unsent, ADA, "c.csv", 1);
    feed(emulators.queues().splitDeadLetters(), 1, function(SplitDeadLetterHandler.class));
    feed(emulators.queues().batchDeadLetters(), 1, function(BatchDeadLetterHandler.class));
    var sweep = function(UploadSweepHandler.class);

    send(
        emulators.queues().splitDeadLetters(),
        """
        {"Records":[{"eventName":"ObjectCreated:Put","s3":{"bucket":{"name":"%s"},
         "object":{"key":"uploads/%s.csv","size":1,"eTag":"5d41402a"}}}]}\
        """
            .formatted(Emulators.BUCKET, unsplit));
    send(
        emulators.queues().batchDeadLetters(),
        """
        {"uploadId":"%s","batch":1,"rows":[{"number":1,"cells":{"Name":"Ann"}}]}\
        """
            .formatted(unanswered));
    String swept =
        sweep.invoke(
            """
            {"version":"0","source":"aws.events","detail-type":"Scheduled Event","detail":{}}\
            """);

    assertThat(swept).isEqualTo("{\"ended\":1}");
    assertThat(error(unsent)).isEqualTo(ErrorCode.UPLOAD_INCOMPLETE);
    assertThat(error(unsplit)).isEqualTo(ErrorCode.FILE_PROCESSING_FAILED);
    assertThat(error(unanswered)).isEqualTo(ErrorCode.PROCESSING_FAILED);
  }

  private ErrorCode error(UploadId id) throws Exception {
    return terminal(id).error().map(StatusError::code).orElseThrow();
  }

  private void send(String queueUrl, String body) {
    var _ =
        emulators.aws().sqs().sendMessage(message -> message.queueUrl(queueUrl).messageBody(body));
  }
}
