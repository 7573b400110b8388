package dev.headway.infra;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.Annotations;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.events.Rule;
import software.amazon.awscdk.services.events.Schedule;
import software.amazon.awscdk.services.events.targets.LambdaFunction;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.lambda.Alias;
import software.amazon.awscdk.services.lambda.Architecture;
import software.amazon.awscdk.services.lambda.Code;
import software.amazon.awscdk.services.lambda.Function;
import software.amazon.awscdk.services.lambda.Runtime;
import software.amazon.awscdk.services.lambda.SnapStartConf;
import software.amazon.awscdk.services.lambda.eventsources.SqsEventSource;
import software.amazon.awscdk.services.secretsmanager.Secret;
import software.amazon.awscdk.services.sqs.Queue;
import software.constructs.Construct;

/**
 * The functions, all from one jar. Callers and queues use an alias, behind which is a published
 * version: only those start from a snapshot.
 */
final class Workers {
  /** Less than {@link UploadBucket#HIDDEN}. */
  private static final Duration WORKER = Duration.minutes(5);

  /** Somebody waits for the answer; the HTTP API itself gives up after 30 s. */
  private static final Duration ANSWER = Duration.seconds(20);

  private static final int SMALL_MIB = 512;

  /** Twice what the largest file needs in heap; more memory is also more processor. */
  private static final int LARGE_MIB = 1024;

  private static final int SPLITS = 10;

  private final Construct scope;
  private final Keeping keeping;
  private final Code code;
  private final Tables tables;
  private final UploadBucket uploads;
  private final Secret modelKey;
  private final Map<String, String> tracing;
  private final List<Alias> all = new ArrayList<>();
  private final Alias fileUpload;
  private final Alias leadReader;

  Workers(
      Construct scope,
      Settings settings,
      Sources sources,
      Keeping keeping,
      Tables tables,
      UploadBucket uploads) {
    this.scope = scope;
    this.keeping = keeping;
    this.tables = tables;
    this.uploads = uploads;
    tracing = settings.tracing();
    code = Code.fromAsset(sources.lambdaJar().toString());
    modelKey =
        Secret.Builder.create(scope, "ModelKey")
            .description("The key of the language model; put it in after the first deployment")
            .removalPolicy(keeping.policy())
            .build();

    fileUpload =
        function(
            "FileUpload",
            ANSWER,
            SMALL_MIB,
            List.of(Variables.STATUS_TABLE, Variables.UPLOAD_BUCKET, Variables.MAX_UPLOAD_BYTES),
            List.of(tables.createStatus(), uploads.signUploads()));
    leadReader =
        function(
            "LeadReader",
            ANSWER,
            SMALL_MIB,
            List.of(Variables.STATUS_TABLE, Variables.LEADS_TABLE),
            List.of(
                tables.readStatuses(),
                tables.moveStatus(), // cancel
                tables.listOwner(),
                tables.listLeads()));
    var splitter =
        function(
            "LeadSplitter",
            WORKER,
            LARGE_MIB,
            List.of(
                Variables.STATUS_TABLE,
                Variables.BATCH_QUEUE_URL,
                Variables.SPLIT_QUEUE_URL,
                Variables.MAX_UPLOAD_BYTES),
            List.of(
                tables.moveStatus(),
                uploads.readUploads(),
                uploads.writeBatches(),
                uploads.sendBatches()));
    feed(splitter, uploads.split(), SPLITS);
    var caller =
        function(
            "DeepSeekCaller",
            WORKER,
            LARGE_MIB,
            List.of(
                Variables.STATUS_TABLE,
                Variables.LEADS_TABLE,
                Variables.UPLOAD_BUCKET,
                Variables.BATCH_QUEUE_URL,
                Variables.MODEL_BASE_URL,
                Variables.MODEL_NAME,
                Variables.MODEL_API_KEY_SECRET),
            List.of(
                tables.moveStatus(),
                tables.storeLeads(),
                uploads.readBatches(),
                Policies.allow(List.of("secretsmanager:GetSecretValue"), modelKey.getSecretArn())));
    feed(caller, uploads.batches(), settings.modelConcurrency());
    var splitDead =
        function(
            "SplitDeadLetter",
            WORKER,
            SMALL_MIB,
            List.of(Variables.STATUS_TABLE),
            List.of(tables.moveStatus()));
    feed(splitDead, uploads.splitDeadLetters(), 2);
    var batchDead =
        function(
            "BatchDeadLetter",
            WORKER,
            SMALL_MIB,
            List.of(
                Variables.STATUS_TABLE,
                Variables.LEADS_TABLE,
                Variables.UPLOAD_BUCKET,
                Variables.BATCH_DEAD_LETTER_QUEUE_URL),
            List.of(
                tables.moveStatus(),
                tables.storeLeads(),
                uploads.readBatches(),
                uploads.lookAgain()));
    feed(batchDead, uploads.batchDeadLetters(), 2);
    var sweep =
        function(
            "UploadSweep",
            WORKER,
            SMALL_MIB,
            List.of(Variables.STATUS_TABLE),
            List.of(tables.moveStatus(), tables.listAwaited()));
    Rule.Builder.create(scope, "EveryMinute")
        .description("Ends the uploads whose file never arrived")
        .schedule(Schedule.rate(Duration.minutes(1)))
        .targets(List.of(LambdaFunction.Builder.create(sweep).retryAttempts(0).build()))
        .build();
  }

  private Alias function(
      String name,
      Duration timeout,
      int memoryMib,
      List<String> variables,
      List<PolicyStatement> allowed) {
    var log = keeping.logGroup(scope, name + "Log");
    // Lambda's usual policy allows writing to every log of the account.
    var role =
        Role.Builder.create(scope, name + "Role")
            .assumedBy(new ServicePrincipal("lambda.amazonaws.com"))
            .build();
    allowed.forEach(role::addToPolicy);
    log.grantWrite(role);
    var function =
        Function.Builder.create(scope, name)
            .runtime(Runtime.JAVA_25)
            .architecture(Architecture.ARM_64)
            .snapStart(SnapStartConf.ON_PUBLISHED_VERSIONS)
            .code(code)
            .handler("dev.headway.lambda." + name + "Handler")
            .timeout(timeout)
            .memorySize(memoryMib)
            .role(role)
            .logGroup(log)
            .environment(environment(variables))
            .build();
    Annotations.of(function)
        .acknowledgeWarning(
            "@aws-cdk/aws-lambda:snapStartRequirePublish", "the alias has a published version");
    var alias =
        Alias.Builder.create(scope, name + "Live")
            .aliasName("live")
            .version(function.getCurrentVersion())
            .build();
    all.add(alias);
    return alias;
  }

  private Map<String, String> environment(List<String> names) {
    Map<String, String> values =
        Map.of(
            Variables.STATUS_TABLE, tables.statusName(),
            Variables.LEADS_TABLE, tables.leadsName(),
            Variables.UPLOAD_BUCKET, uploads.name(),
            Variables.BATCH_QUEUE_URL, uploads.batches().getQueueUrl(),
            Variables.BATCH_DEAD_LETTER_QUEUE_URL, uploads.batchDeadLetters().getQueueUrl(),
            Variables.SPLIT_QUEUE_URL, uploads.split().getQueueUrl(),
            Variables.MAX_UPLOAD_BYTES, Variables.FIFTY_MIB,
            Variables.MODEL_BASE_URL, "https://api.deepseek.com/v1",
            Variables.MODEL_NAME, "deepseek-chat",
            Variables.MODEL_API_KEY_SECRET, modelKey.getSecretArn());
    Map<String, String> environment = new HashMap<>();
    names.forEach(name -> environment.put(name, values.get(name)));
    environment.putAll(tracing);
    environment.put(Variables.JAVA_TOOL_OPTIONS, Variables.JSON_LOG);
    return environment;
  }

  /** One message at a time: each may need all the time there is. */
  private static void feed(Alias function, Queue queue, int concurrency) {
    function.addEventSource(
        SqsEventSource.Builder.create(queue)
            .batchSize(1)
            .reportBatchItemFailures(true)
            .maxConcurrency(concurrency)
            .build());
  }

  Alias fileUpload() {
    return fileUpload;
  }

  Alias leadReader() {
    return leadReader;
  }

  Secret modelKey() {
    return modelKey;
  }

  List<Alias> all() {
    return List.copyOf(all);
  }
}
