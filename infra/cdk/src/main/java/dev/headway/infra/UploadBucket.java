package dev.headway.infra;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import software.amazon.awscdk.Aws;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.iam.Effect;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.s3.BlockPublicAccess;
import software.amazon.awscdk.services.s3.Bucket;
import software.amazon.awscdk.services.s3.BucketEncryption;
import software.amazon.awscdk.services.s3.CfnBucket;
import software.amazon.awscdk.services.s3.CorsRule;
import software.amazon.awscdk.services.s3.HttpMethods;
import software.amazon.awscdk.services.s3.LifecycleRule;
import software.amazon.awscdk.services.sqs.DeadLetterQueue;
import software.amazon.awscdk.services.sqs.Queue;
import software.amazon.awscdk.services.sqs.QueueEncryption;
import software.constructs.Construct;

/** Where the files arrive, and the queues that carry the work from there. */
final class UploadBucket {
  /** Longer than a worker may run, or it would be worked on twice. */
  static final Duration HIDDEN = Duration.minutes(6);

  private static final int SPLIT_RECEIVES = 3;

  /** Two more for the model behind the batches, which may be busy for a while. */
  private static final int BATCH_RECEIVES = 5;

  private static final String UPLOADS = "uploads/";
  private static final String BATCHES = "batches/";

  private final Bucket bucket;
  private final String name;
  private final Bucket logs;
  private final Queue splitDeadLetters;
  private final Queue split;
  private final Queue batchDeadLetters;
  private final Queue batches;

  UploadBucket(Construct scope, String environment, Keeping keeping) {
    // A name that is known beforehand: the page's policy and the bucket's own name each other.
    name = "headway-" + environment + "-uploads-" + Aws.ACCOUNT_ID + "-" + Aws.REGION;
    logs =
        locked(scope, "AccessLog", keeping)
            .lifecycleRules(List.of(expiring("", keeping.logDays())))
            .build();
    bucket =
        locked(scope, "Uploads", keeping)
            .bucketName(name)
            .serverAccessLogsBucket(logs)
            .serverAccessLogsPrefix("uploads/")
            .lifecycleRules(List.of(expiring(UPLOADS, 30), expiring(BATCHES, 7)))
            .build();
    splitDeadLetters = queue(scope, "SplitDeadLetters").retentionPeriod(Duration.days(14)).build();
    split = redriven(scope, "Split", splitDeadLetters, SPLIT_RECEIVES);
    batchDeadLetters = queue(scope, "BatchDeadLetters").retentionPeriod(Duration.days(14)).build();
    batches = redriven(scope, "Batches", batchDeadLetters, BATCH_RECEIVES);
    announce();
  }

  static Bucket.Builder locked(Construct scope, String id, Keeping keeping) {
    return Bucket.Builder.create(scope, id)
        .blockPublicAccess(BlockPublicAccess.BLOCK_ALL)
        .enforceSsl(true)
        .minimumTlsVersion(1.2)
        .encryption(BucketEncryption.S3_MANAGED)
        .removalPolicy(keeping.policy());
  }

  private static LifecycleRule expiring(String prefix, int days) {
    var rule =
        LifecycleRule.builder()
            .expiration(Duration.days(days))
            .abortIncompleteMultipartUploadAfter(Duration.days(1));
    return (prefix.isEmpty() ? rule : rule.prefix(prefix)).build();
  }

  private static Queue.Builder queue(Construct scope, String id) {
    return Queue.Builder.create(scope, id)
        .encryption(QueueEncryption.SQS_MANAGED)
        .enforceSsl(true)
        .visibilityTimeout(HIDDEN);
  }

  private static Queue redriven(Construct scope, String id, Queue deadLetters, int receives) {
    return queue(scope, id)
        .retentionPeriod(Duration.days(4))
        .deadLetterQueue(
            DeadLetterQueue.builder().queue(deadLetters).maxReceiveCount(receives).build())
        .build();
  }

  /**
   * By the bucket's own property. CDK's way around it is a function with rights to every bucket.
   */
  private void announce() {
    split.addToResourcePolicy(
        PolicyStatement.Builder.create()
            .effect(Effect.ALLOW)
            .principals(List.of(new ServicePrincipal("s3.amazonaws.com")))
            .actions(List.of("sqs:SendMessage"))
            .resources(List.of(split.getQueueArn()))
            .conditions(
                Map.of(
                    "ArnEquals", Map.of("aws:SourceArn", arn()),
                    "StringEquals", Map.of("aws:SourceAccount", Aws.ACCOUNT_ID)))
            .build());
    var resource = resource();
    resource.setNotificationConfiguration(
        CfnBucket.NotificationConfigurationProperty.builder()
            .queueConfigurations(
                List.of(
                    CfnBucket.QueueConfigurationProperty.builder()
                        .event("s3:ObjectCreated:*")
                        .queue(split.getQueueArn())
                        .filter(
                            CfnBucket.NotificationFilterProperty.builder()
                                .s3Key(
                                    CfnBucket.S3KeyFilterProperty.builder()
                                        .rules(
                                            List.of(
                                                CfnBucket.FilterRuleProperty.builder()
                                                    .name("prefix")
                                                    .value(UPLOADS)
                                                    .build()))
                                        .build())
                                .build())
                        .build()))
            .build());
    // S3 tries the queue when it is told of it.
    bucket.getNode().addDependency(split.getNode().findChild("Policy"));
  }

  private CfnBucket resource() {
    return (CfnBucket) Objects.requireNonNull(bucket.getNode().getDefaultChild());
  }

  /** Lets the page, and no other, send files here. */
  void allowPage(String origin) {
    bucket.addCorsRule(
        CorsRule.builder()
            .allowedOrigins(List.of(origin))
            .allowedMethods(List.of(HttpMethods.PUT))
            .allowedHeaders(List.of("content-type"))
            .maxAge(3600)
            .build());
  }

  String name() {
    return name;
  }

  String arn() {
    return "arn:" + Aws.PARTITION + ":s3:::" + name;
  }

  /** Of the addresses that are signed. */
  String origin() {
    return "https://" + name + ".s3." + Aws.REGION + "." + Aws.URL_SUFFIX;
  }

  Bucket logs() {
    return logs;
  }

  Queue split() {
    return split;
  }

  Queue splitDeadLetters() {
    return splitDeadLetters;
  }

  Queue batches() {
    return batches;
  }

  Queue batchDeadLetters() {
    return batchDeadLetters;
  }

  PolicyStatement signUploads() {
    return Policies.allow(List.of("s3:PutObject"), arn() + "/" + UPLOADS + "*");
  }

  PolicyStatement readUploads() {
    return Policies.allow(List.of("s3:GetObject"), arn() + "/" + UPLOADS + "*");
  }

  PolicyStatement writeBatches() {
    return Policies.allow(List.of("s3:PutObject"), arn() + "/" + BATCHES + "*");
  }

  PolicyStatement readBatches() {
    return Policies.allow(List.of("s3:GetObject"), arn() + "/" + BATCHES + "*");
  }

  PolicyStatement sendBatches() {
    return Policies.allow(List.of("sqs:SendMessage"), batches.getQueueArn());
  }

  /** The second look at a dead letter. */
  PolicyStatement lookAgain() {
    return Policies.allow(List.of("sqs:SendMessage"), batchDeadLetters.getQueueArn());
  }
}
