package dev.headway.leads;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.BatchResultErrorEntry;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequest;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchResponse;

/**
 * Sends the batches of one split to their queue, as many in a call as SQS takes. A batch too big
 * for a message is put into object storage first and travels by its key. One thread; not reused.
 */
final class BatchSender {
  /** SQS's limit for one call. */
  private static final int MAX_ENTRIES = 10;

  /**
   * SQS takes 256 KiB in one call everywhere (1 MiB where the newer limit has arrived); the
   * messages are ASCII, so characters are bytes.
   */
  private static final int MAX_CALL_BYTES = 250 * 1024;

  /** Leaves room in the call for what SQS adds. */
  private static final int MAX_MESSAGE_BYTES = 200 * 1024;

  private static final int MAX_ATTEMPTS = 5;

  private final SqsClient sqs;
  private final S3Client s3;
  private final Target target;
  private final BatchCodec codec;
  private final Backoff backoff;
  private final Pause pause;
  private final BooleanSupplier stillWanted;

  private final List<SendMessageBatchRequestEntry> waiting = new ArrayList<>();
  private int waitingBytes;
  private boolean stopped;

  /** Where batches go. */
  record Target(String bucket, String queueUrl) {}

  /**
   * For one split.
   *
   * @param stillWanted asked before each call, so that a cancelled upload stops at once
   */
  BatchSender(
      SqsClient sqs,
      S3Client s3,
      Target target,
      BatchCodec codec,
      Backoff backoff,
      Pause pause,
      BooleanSupplier stillWanted) {
    this.sqs = sqs;
    this.s3 = s3;
    this.target = target;
    this.codec = codec;
    this.backoff = backoff;
    this.pause = pause;
    this.stillWanted = stillWanted;
  }

  /** Takes a batch; says whether more are wanted. */
  boolean send(BatchMessage batch) {
    String body = codec.encode(batch);
    if (body.length() > MAX_MESSAGE_BYTES) {
      body = byReference(batch);
    }
    if (waiting.size() == MAX_ENTRIES || waitingBytes + body.length() > MAX_CALL_BYTES) {
      flush();
    }
    if (!stopped) {
      waiting.add(
          SendMessageBatchRequestEntry.builder()
              .id(Integer.toString(batch.batch()))
              .messageBody(body)
              .build());
      waitingBytes += body.length();
    }
    return !stopped;
  }

  /** The key is the batch's own, so a second split overwrites it with the same rows. */
  private String byReference(BatchMessage batch) {
    String key = ObjectKeys.ofBatch(batch.uploadId(), batch.batch());
    s3.putObject(
        PutObjectRequest.builder()
            .bucket(target.bucket())
            .key(key)
            .contentType("application/json")
            .build(),
        RequestBody.fromString(codec.encodeRows(batch.rows())));
    return codec.encode(batch.withRowsIn(key));
  }

  /** Sends what waits. Says whether more are wanted. */
  boolean flush() {
    if (!waiting.isEmpty() && !stopped) {
      if (stillWanted.getAsBoolean()) {
        deliver(List.copyOf(waiting));
      } else {
        stopped = true;
      }
    }
    waiting.clear();
    waitingBytes = 0;
    return !stopped;
  }

  /** SQS may take some entries of a call and refuse others: those are sent again. */
  private void deliver(List<SendMessageBatchRequestEntry> entries) {
    List<SendMessageBatchRequestEntry> left = entries;
    for (int attempt = 1; ; attempt++) {
      SendMessageBatchResponse response =
          sqs.sendMessageBatch(
              SendMessageBatchRequest.builder().queueUrl(target.queueUrl()).entries(left).build());
      if (response.failed().isEmpty()) {
        return;
      }
      Map<String, BatchResultErrorEntry> failed = new HashMap<>();
      response.failed().forEach(entry -> failed.put(entry.id(), entry));
      left = left.stream().filter(entry -> failed.containsKey(entry.id())).toList();
      boolean hopeless =
          failed.values().stream().anyMatch(e -> Boolean.TRUE.equals(e.senderFault()));
      if (hopeless || attempt == MAX_ATTEMPTS) {
        throw new IllegalStateException(
            "the queue refused %d batches, the first with %s"
                .formatted(left.size(), response.failed().getFirst().code()));
      }
      pause.orGiveUp(backoff.after(attempt));
    }
  }
}
