package dev.headway.lambda;

import dev.headway.leads.BatchDeadLetters;
import dev.headway.leads.BatchRows;
import dev.headway.leads.ChatCompletions;
import dev.headway.leads.ChatModel;
import dev.headway.leads.FileLimits;
import dev.headway.leads.LeadBook;
import dev.headway.leads.LeadSplitter;
import dev.headway.leads.LeadStandardizer;
import dev.headway.leads.LeadStore;
import dev.headway.leads.ModelConfig;
import dev.headway.leads.Pause;
import dev.headway.leads.SecondLook;
import dev.headway.leads.SplitDeadLetters;
import dev.headway.leads.UploadDesk;
import dev.headway.leads.UploadRules;
import dev.headway.leads.UploadSweep;
import dev.headway.status.StatusWriter;
import dev.headway.store.AwaitedFiles;
import dev.headway.store.OwnedStatuses;
import dev.headway.store.ProcessingStatusService;
import dev.headway.store.Promises;
import dev.headway.store.StatusTable;
import dev.headway.traces.Tracing;
import java.time.InstantSource;
import java.util.function.UnaryOperator;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/**
 * Builds what the functions need from their environment. Region, credentials and endpoints come
 * from where the SDK looks for them by itself. Each part is built when it is asked for, so that a
 * function starts no client that it does not use.
 */
final class Workshop {
  /** Questions about one batch that the model is asked at the same time. */
  private static final int PARALLEL_QUESTIONS = 4;

  private final Environment environment;
  private final InstantSource clock = InstantSource.system();
  private final SdkHttpClient http = UrlConnectionHttpClient.create();
  private final UnaryOperator<String> secrets;
  private final Tracing tracing;

  Workshop(Environment environment) {
    this.environment = environment;
    this.secrets = this::secret;
    this.tracing = tracing(environment);
  }

  /**
   * @param secrets finds the content of a secret by its ARN or name
   */
  Workshop(Environment environment, UnaryOperator<String> secrets) {
    this.environment = environment;
    this.secrets = secrets;
    this.tracing = tracing(environment);
  }

  private static Tracing tracing(Environment environment) {
    return Tracing.of(environment.traces(), "headway-functions");
  }

  InstantSource clock() {
    return clock;
  }

  Invocations invocations() {
    return new Invocations(tracing);
  }

  StatusWriter statuses() {
    return new ProcessingStatusService(dynamo(), statusTable(), clock, Promises.DEFAULT, tracing);
  }

  OwnedStatuses ownedStatuses() {
    return new OwnedStatuses(dynamo(), statusTable(), clock);
  }

  private StatusTable statusTable() {
    return new StatusTable(environment.statusTable());
  }

  UploadDesk uploadDesk() {
    long maxBytes = environment.maxUploadBytes().orElse(UploadRules.DEFAULT.maxBytes());
    return new UploadDesk(
        statuses(),
        UploadDesk.presigner(),
        environment.uploadBucket(),
        new UploadRules(maxBytes, UploadRules.DEFAULT.validity()),
        tracing);
  }

  LeadSplitter splitter() {
    FileLimits limits =
        environment
            .maxUploadBytes()
            .map(FileLimits.DEFAULT::withMaxBytes)
            .orElse(FileLimits.DEFAULT);
    LeadSplitter.Config config =
        LeadSplitter.Config.of(environment.batchQueueUrl()).withLimits(limits);
    return new LeadSplitter(statuses(), s3(), sqs(), config, Pause.SLEEP, tracing);
  }

  LeadStandardizer standardizer() {
    ChatModel model =
        new ChatCompletions(
            ModelConfig.of(
                environment.modelBase(), environment.modelApiKey(secrets), environment.modelName()),
            clock,
            Pause.SLEEP);
    return new LeadStandardizer(
        statuses(), batchRows(), model, leadStore(), PARALLEL_QUESTIONS, tracing);
  }

  BatchDeadLetters batchDeadLetters() {
    return new BatchDeadLetters(
        statuses(),
        batchRows(),
        leadStore(),
        new SecondLook(sqs(), environment.batchDeadLetterQueueUrl()));
  }

  SplitDeadLetters splitDeadLetters() {
    return new SplitDeadLetters(statuses());
  }

  UploadSweep uploadSweep() {
    return new UploadSweep(new AwaitedFiles(dynamo(), statusTable()), statuses(), clock);
  }

  LeadBook leadBook() {
    return new LeadBook(dynamo(), environment.leadsTable());
  }

  Redelivery batchRedelivery() {
    return new QueueRedelivery(sqs(), environment.batchQueueUrl());
  }

  Redelivery splitRedelivery() {
    return environment
        .splitQueueUrl()
        .<Redelivery>map(url -> new QueueRedelivery(sqs(), url))
        .orElse(Redelivery.AS_THE_QUEUE_SAYS);
  }

  private BatchRows batchRows() {
    return new BatchRows(s3(), environment.uploadBucket());
  }

  private LeadStore leadStore() {
    return new LeadStore(dynamo(), environment.leadsTable(), clock);
  }

  String secret(String id) {
    try (var client = SecretsManagerClient.builder().httpClient(http).build()) {
      return client.getSecretValue(request -> request.secretId(id)).secretString();
    }
  }

  private DynamoDbClient dynamo() {
    return DynamoDbClient.builder().httpClient(http).build();
  }

  private S3Client s3() {
    return S3Client.builder().httpClient(http).build();
  }

  private SqsClient sqs() {
    return SqsClient.builder().httpClient(http).build();
  }
}
