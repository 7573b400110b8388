package dev.headway.local;

import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.Message;

/**
 * One invocation of a function with one batch of messages. The function has a thread of its own;
 * this one watches it, keeps the messages hidden meanwhile, and deletes those that are done.
 */
final class Invocation implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(Invocation.class);

  /** The visibility time-out is renewed when half of it is over. */
  private static final int BEATS = 2;

  private final SqsClient sqs;
  private final EventSource source;
  private final Function<SQSEvent, @Nullable SQSBatchResponse> function;
  private final List<Message> messages;

  Invocation(
      SqsClient sqs,
      EventSource source,
      Function<SQSEvent, @Nullable SQSBatchResponse> function,
      List<Message> messages) {
    this.sqs = sqs;
    this.source = source;
    this.function = function;
    this.messages = messages;
  }

  @Override
  public void run() {
    var event = SqsEvents.of(messages, source.queueName());
    var running = new FutureTask<@Nullable SQSBatchResponse>(() -> function.apply(event));
    Thread.ofVirtual().name("invoke-" + source.queueName()).start(running);
    try {
      delete(done(watch(running)));
    } catch (ExecutionException e) {
      // Without the message, which may quote a lead.
      var cause = e.getCause() == null ? e : e.getCause();
      var frames = cause.getStackTrace();
      LOG.warn(
          "{}: {} messages will be delivered again: {} at {}",
          source.queueName(),
          messages.size(),
          cause.getClass().getName(),
          frames.length == 0 ? "?" : frames[0]);
    } catch (TimeoutException e) {
      LOG.warn("{}: interrupted after {}", source.queueName(), source.timeout());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      running.cancel(true);
    }
  }

  private @Nullable SQSBatchResponse watch(FutureTask<@Nullable SQSBatchResponse> running)
      throws ExecutionException, TimeoutException, InterruptedException {
    var beat = source.visibility().dividedBy(BEATS);
    for (var left = source.timeout(); left.isPositive(); left = left.minus(beat)) {
      try {
        return running.get(shorter(left, beat).toMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        prolong();
      }
    }
    throw new TimeoutException();
  }

  private static Duration shorter(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  private void prolong() {
    var entries =
        messages.stream()
            .map(message ->
                ChangeMessageVisibilityBatchRequestEntry.builder()
                    .id(message.messageId())
                    .receiptHandle(message.receiptHandle())
                    .visibilityTimeout((int) source.visibility().toSeconds())
                    .build())
            .toList();
    try {
      sqs.changeMessageVisibilityBatch(
          change -> change.queueUrl(source.queueUrl()).entries(entries));
    } catch (SdkException e) {
      LOG.warn("{}: {} while prolonging", source.queueName(), e.getClass().getSimpleName());
    }
  }

  /**
   * What may be deleted. As with Lambda: no answer means that all is done, and an answer that names
   * a message that was not in the batch, or none, means that nothing is.
   */
  private List<Message> done(@Nullable SQSBatchResponse response) {
    var failures =
        Optional.ofNullable(response)
            .map(SQSBatchResponse::getBatchItemFailures)
            .<List<SQSBatchResponse.BatchItemFailure>>map(list -> list)
            .orElse(List.of());
    var failed =
        failures.stream()
            .map(failure -> Optional.ofNullable(failure.getItemIdentifier()).orElse(""))
            .collect(Collectors.toSet());
    var known = messages.stream().map(Message::messageId).collect(Collectors.toSet());
    if (!known.containsAll(failed)) {
      LOG.warn("{}: the answer names a message that was not in the batch", source.queueName());
      return List.of();
    }
    logFailed(failed);
    return messages.stream().filter(message -> !failed.contains(message.messageId())).toList();
  }

  private void logFailed(Set<String> failed) {
    if (!failed.isEmpty()) {
      LOG.info(
          "{}: {} of {} messages will be delivered again",
          source.queueName(),
          failed.size(),
          messages.size());
    }
  }

  private void delete(List<Message> done) {
    if (done.isEmpty()) {
      return;
    }
    var entries =
        done.stream()
            .map(message ->
                DeleteMessageBatchRequestEntry.builder()
                    .id(message.messageId())
                    .receiptHandle(message.receiptHandle())
                    .build())
            .toList();
    try {
      var deleted =
          sqs.deleteMessageBatch(delete -> delete.queueUrl(source.queueUrl()).entries(entries));
      if (deleted.hasFailed()) {
        LOG.warn("{}: {} messages were not deleted", source.queueName(), deleted.failed().size());
      }
    } catch (SdkException e) {
      LOG.warn("{}: {} while deleting", source.queueName(), e.getClass().getSimpleName());
    }
  }
}
