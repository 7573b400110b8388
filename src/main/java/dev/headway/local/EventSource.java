package dev.headway.local;

import java.time.Duration;

/**
 * How one queue feeds one function.
 *
 * @param queueUrl the queue
 * @param batchSize messages in one invocation at most, 1 to 10 (what one receive may return)
 * @param concurrency invocations at one time at most
 * @param visibility how long a received message stays hidden unless prolonged; whole seconds, as in
 *     SQS
 * @param timeout how long an invocation may take; then it is interrupted and its batch has failed
 * @param stopWithin how long a stop waits for running invocations before it interrupts them
 */
public record EventSource(
    String queueUrl,
    int batchSize,
    int concurrency,
    Duration visibility,
    Duration timeout,
    Duration stopWithin) {
  private static final int MAX_BATCH_SIZE = 10;

  /** The longest that Lambda offers. */
  private static final Duration LAMBDA_TIMEOUT = Duration.ofMinutes(15);

  /** Long enough for a call of the model, short enough for somebody who pressed Ctrl-C. */
  private static final Duration STOP_WITHIN = Duration.ofSeconds(3);

  public EventSource {
    require(batchSize >= 1 && batchSize <= MAX_BATCH_SIZE, "the batch size is 1 to 10");
    require(concurrency >= 1, "the concurrency is at least 1");
    require(visibility.toSeconds() >= 1, "the visibility time-out is at least a second");
    require(timeout.isPositive(), "the time-out is positive");
    require(!stopWithin.isNegative(), "the time to stop is not negative");
  }

  /** With what suits the local stack's queues. */
  public static EventSource of(String queueUrl, int batchSize, int concurrency) {
    return new EventSource(
        queueUrl, batchSize, concurrency, LocalQueues.VISIBILITY, LAMBDA_TIMEOUT, STOP_WITHIN);
  }

  private static void require(boolean met, String rule) {
    if (!met) {
      throw new IllegalArgumentException(rule);
    }
  }

  /** The last part of the queue's address. */
  String queueName() {
    return queueUrl.substring(queueUrl.lastIndexOf('/') + 1);
  }
}
