package dev.headway.local;

import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;

/**
 * Polls a queue and invokes a function with what it finds, as Lambda's event source mapping does:
 * at least once, in batches, some at a time, deleting what did not fail.
 *
 * <p>One thread polls, and only while an invocation may start, so that no message counts as
 * received while it waits here. Invocations run on virtual threads. Unlike Lambda's, this one
 * prolongs the visibility time-out while an invocation runs: so the time-out can be short, and what
 * fails is tried again soon.
 */
public final class EventSourceMapping implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EventSourceMapping.class);

  /**
   * How long one receive waits for messages. Short, because a stop lets it end: one that is cut off
   * may still take a message out of the queue, for nobody.
   */
  private static final Duration LONG_POLL = Duration.ofSeconds(1);

  private static final Duration FIRST_BACKOFF = Duration.ofMillis(100);
  private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(5);

  /** For invocations that were interrupted to give way. */
  private static final Duration GIVE_WAY = Duration.ofMillis(500);

  private final SqsClient sqs;
  private final EventSource source;
  private final Function<SQSEvent, @Nullable SQSBatchResponse> function;
  private final Semaphore free;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final ExecutorService invocations = Executors.newVirtualThreadPerTaskExecutor();
  private final Thread poller;

  private EventSourceMapping(
      SqsClient sqs, EventSource source, Function<SQSEvent, @Nullable SQSBatchResponse> function) {
    this.sqs = sqs;
    this.source = source;
    this.function = function;
    free = new Semaphore(source.concurrency());
    poller = Thread.ofVirtual().name("poll-" + source.queueName()).unstarted(this::poll);
  }

  /**
   * Starts polling.
   *
   * @param function throws to fail the whole batch, answers null when all is done; called on many
   *     threads at once
   */
  public static EventSourceMapping start(
      SqsClient sqs, EventSource source, Function<SQSEvent, @Nullable SQSBatchResponse> function) {
    var mapping = new EventSourceMapping(sqs, source, function);
    mapping.poller.start();
    return mapping;
  }

  private void poll() {
    var backoff = FIRST_BACKOFF;
    try {
      while (true) {
        free.acquire();
        if (isStopping()) {
          return;
        }
        List<Message> messages;
        try {
          messages = receive();
        } catch (RuntimeException e) {
          free.release();
          LOG.warn("{} cannot be polled: {}", source.queueName(), e.getClass().getSimpleName());
          if (stopping.await(backoff.toMillis(), TimeUnit.MILLISECONDS)) {
            return;
          }
          backoff = longer(backoff);
          continue;
        }
        backoff = FIRST_BACKOFF;
        dispatch(messages);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Duration longer(Duration backoff) {
    var doubled = backoff.multipliedBy(2);
    return doubled.compareTo(LONGEST_BACKOFF) < 0 ? doubled : LONGEST_BACKOFF;
  }

  private List<Message> receive() {
    return sqs.receiveMessage(receive ->
            receive
                .queueUrl(source.queueUrl())
                .maxNumberOfMessages(source.batchSize())
                .waitTimeSeconds((int) LONG_POLL.toSeconds())
                .visibilityTimeout((int) source.visibility().toSeconds())
                .messageSystemAttributeNames(MessageSystemAttributeName.ALL)
                .messageAttributeNames("All"))
        .messages();
  }

  private void dispatch(List<Message> messages) {
    if (messages.isEmpty()) {
      free.release();
    } else if (isStopping()) {
      free.release();
      giveBack(messages);
    } else {
      var invocation = new Invocation(sqs, source, function, messages);
      invocations.execute(() -> {
        try {
          invocation.run();
        } finally {
          free.release();
        }
      });
    }
  }

  /** At once for whoever polls next, instead of after the visibility time-out. */
  private void giveBack(List<Message> messages) {
    var entries =
        messages.stream()
            .map(message ->
                ChangeMessageVisibilityBatchRequestEntry.builder()
                    .id(message.messageId())
                    .receiptHandle(message.receiptHandle())
                    .visibilityTimeout(0)
                    .build())
            .toList();
    sqs.changeMessageVisibilityBatch(change -> change.queueUrl(source.queueUrl()).entries(entries));
  }

  private boolean isStopping() {
    return stopping.getCount() == 0;
  }

  /**
   * Stops polling, waits for running invocations as long as the source says, then interrupts them;
   * their messages come back when their visibility time-out is over.
   */
  @Override
  public void close() {
    stopping.countDown();
    free.release(); // so that a poller that waits for its turn sees the end
    try {
      poller.join();
      invocations.shutdown();
      if (!invocations.awaitTermination(source.stopWithin().toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("{}: running invocations are interrupted", source.queueName());
      }
      invocations.shutdownNow();
      if (!invocations.awaitTermination(GIVE_WAY.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("{}: an invocation did not give way", source.queueName());
      }
    } catch (InterruptedException e) {
      invocations.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
