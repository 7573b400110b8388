package dev.headway.bench;

import dev.headway.leads.LeadSplitter;
import dev.headway.leads.Pause;
import dev.headway.leads.UploadedObject;
import dev.headway.status.OwnerId;
import dev.headway.status.UploadId;
import dev.headway.store.DynamoDbLocal;
import dev.headway.store.ProcessingStatusService;
import dev.headway.store.Promises;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequest;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchResponse;

/**
 * Splits one file and prints what it took. Storage and queue are at no distance; the status table
 * is DynamoDB Local in this JVM, so its heap is in the figure too.
 */
final class SplitOnce {
  private SplitOnce() {}

  public static void main(String[] args) throws Exception {
    Path file = Path.of(args[0]);
    String name = file.getFileName().toString();
    var queue = new Queue();
    var storage = new Storage(file);
    try (var dynamoDb = DynamoDbLocal.start()) {
      var statuses =
          new ProcessingStatusService(
              dynamoDb.client(), dynamoDb.statusTable(), InstantSource.system(), Promises.DEFAULT);
      var id = UploadId.random();
      statuses.createStatus(id, new OwnerId("bench"), name, Files.size(file));
      var pools =
          ManagementFactory.getMemoryPoolMXBeans().stream()
              .filter(pool -> pool.getType() == MemoryType.HEAP)
              .toList();
      System.gc();
      pools.forEach(MemoryPoolMXBean::resetPeakUsage);
      long start = System.nanoTime();
      new LeadSplitter(
              statuses, storage, queue, LeadSplitter.Config.of("http://queue"), Pause.SLEEP)
          .split(
              new UploadedObject(
                  "bucket",
                  "uploads/" + id + name.substring(name.lastIndexOf('.')),
                  Files.size(file),
                  Optional.empty()));
      double seconds = (System.nanoTime() - start) / 1e9;
      // The pools need not have had their peaks at one time: at most this much.
      long peak = pools.stream().mapToLong(pool -> pool.getPeakUsage().getUsed()).sum();
      var progress = statuses.getStatus(id).orElseThrow().progress();
      if (progress.totalBatches() != queue.messages.sum() || progress.totalBatches() == 0) {
        throw new IllegalStateException(progress + ", sent " + queue.messages.sum());
      }
      System.out.printf(
          "| %s | %.1f MB | %d | %d | %d | %.1f | %d MB |%n",
          name,
          Files.size(file) / 1e6,
          progress.totalLeads(),
          progress.totalBatches(),
          storage.written.sum(),
          seconds,
          peak >> 20);
    }
    System.exit(0);
  }

  /** Holds the one file, and forgets what is written. */
  private static final class Storage implements S3Client {
    private final Path file;
    private final LongAdder written = new LongAdder();

    Storage(Path file) {
      this.file = file;
    }

    @Override
    public <T> T getObject(
        GetObjectRequest request, ResponseTransformer<GetObjectResponse, T> transformer) {
      try (var in = Files.newInputStream(file)) {
        return transformer.transform(
            GetObjectResponse.builder().contentLength(Files.size(file)).build(),
            AbortableInputStream.create(in));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public PutObjectResponse putObject(PutObjectRequest request, RequestBody body) {
      written.increment();
      return PutObjectResponse.builder().build();
    }

    @Override
    public String serviceName() {
      return "s3";
    }

    @Override
    public void close() {}
  }

  /** Counts messages. */
  private static final class Queue implements SqsClient {
    private final LongAdder messages = new LongAdder();

    @Override
    public SendMessageBatchResponse sendMessageBatch(SendMessageBatchRequest request) {
      messages.add(request.entries().size());
      return SendMessageBatchResponse.builder().build();
    }

    @Override
    public String serviceName() {
      return "sqs";
    }

    @Override
    public void close() {}
  }
}
