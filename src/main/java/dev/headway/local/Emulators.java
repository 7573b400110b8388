package dev.headway.local;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * DynamoDB, SQS and S3 on this machine, in this JVM: started together, with the queues and the
 * bucket that the workers need, and with S3 telling the splitter's queue of each upload.
 */
public final class Emulators implements AutoCloseable {
  /** The bucket of uploads, and of batches too large for a message. */
  public static final String BUCKET = "headway-uploads";

  /** What the keys of uploads begin with; S3 tells of no others. */
  public static final String UPLOADS = "uploads/";

  private static final Logger LOG = LoggerFactory.getLogger(Emulators.class);

  private final LocalAws aws;
  private final LocalQueues queues;
  private final Started started;

  private Emulators(LocalAws aws, LocalQueues queues, Started started) {
    this.aws = aws;
    this.queues = queues;
    this.started = started;
  }

  /**
   * Starts the three and returns when all of them answer. Blocks, for some seconds in a cold JVM.
   *
   * @throws CannotStartException where a port is taken or the directory cannot be used
   */
  public static Emulators start(LocalConfig config) throws InterruptedException {
    Ports.requireFreeForEmulators(config);
    var begin = System.nanoTime();
    var started = new Started();
    // Platform threads: starting is mostly loading classes, which pins a virtual one.
    var names = Thread.ofPlatform().name("emulator-start-", 0).factory();
    try (var threads = Executors.newThreadPerTaskExecutor(names)) {
      var aws = start(config, threads, started);
      var queues = LocalQueues.create(aws.sqs());
      LOG.info("emulators up in {} ms", Duration.ofNanos(System.nanoTime() - begin).toMillis());
      return new Emulators(aws, queues, started);
    } catch (RuntimeException | InterruptedException e) {
      started.close();
      throw e;
    }
  }

  private static LocalAws start(LocalConfig config, ExecutorService threads, Started started)
      throws InterruptedException {
    var files = LocalFiles.open(config.data());
    started.add("files", files::close);
    var dynamoDb =
        threads.submit(() -> DynamoDbEmulator.start(config.dynamoDbPort(), files.tables()));
    var sqs = threads.submit(() -> QueueEmulator.start(config.sqsPort(), files.queues()));
    var aws = new LocalAws(config);
    var s3 = threads.submit(() -> s3(config, files, aws));
    started.add("DynamoDB Local", config.dynamoDbPort(), dynamoDb);
    started.add("ElasticMQ (SQS)", config.sqsPort(), sqs);
    started.add("clients", aws::close);
    started.add("S3Proxy (S3)", config.s3Port(), s3); // stopped first: it still tells the queue
    started.rethrow();
    return aws;
  }

  private static ObjectStoreEmulator s3(LocalConfig config, LocalFiles files, LocalAws aws)
      throws Exception {
    var queue = LocalQueues.splitQueue(config);
    return ObjectStoreEmulator.start(
        config.s3(),
        files.objects(),
        BUCKET,
        store ->
            new ObjectCreatedEvents(
                store,
                UPLOADS,
                event -> aws.sqs().sendMessage(send -> send.queueUrl(queue).messageBody(event)),
                InstantSource.system()));
  }

  /** The SDK's clients of the emulators; closed with them. */
  public LocalAws aws() {
    return aws;
  }

  public LocalQueues queues() {
    return queues;
  }

  /** Ends all of them. What uses the queues should have stopped before. */
  @Override
  public void close() {
    started.close();
  }
}
