package dev.headway.lambda;

import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityRequest;

/**
 * Makes a failed message visible again after seconds. The queue's own time-out has to be longer
 * than the longest run of its function, minutes, which is far too long to wait for the second
 * attempt of a batch that failed in a moment.
 */
public final class QueueRedelivery implements Redelivery {
  private static final Logger log = LoggerFactory.getLogger(QueueRedelivery.class);

  private static final Duration STEP = Duration.ofSeconds(5);
  private static final Duration LONGEST = Duration.ofSeconds(20);

  private final SqsClient sqs;
  private final String queueUrl;

  public QueueRedelivery(SqsClient sqs, String queueUrl) {
    this.sqs = sqs;
    this.queueUrl = queueUrl;
  }

  @Override
  public void soon(SQSEvent.SQSMessage message) {
    Duration delay = delayBehind(receiveCount(message));
    // Up to a second more, so that batches that failed together do not come together.
    int jitter = ThreadLocalRandom.current().nextInt(2);
    try {
      sqs.changeMessageVisibility(
          ChangeMessageVisibilityRequest.builder()
              .queueUrl(queueUrl)
              .receiptHandle(message.getReceiptHandle())
              .visibilityTimeout((int) delay.toSeconds() + jitter)
              .build());
    } catch (SdkException e) {
      log.info("a message keeps the visibility of its queue: {}", e.getClass().getSimpleName());
    }
  }

  /** Grows with every delivery: 5, 10, 15 and then 20 seconds. */
  static Duration delayBehind(int receiveCount) {
    Duration delay = STEP.multipliedBy(Math.max(1, receiveCount));
    return delay.compareTo(LONGEST) < 0 ? delay : LONGEST;
  }

  private static int receiveCount(SQSEvent.SQSMessage message) {
    Map<String, String> attributes = message.getAttributes();
    String count = attributes == null ? null : attributes.get("ApproximateReceiveCount");
    try {
      return count == null ? 1 : Integer.parseInt(count);
    } catch (NumberFormatException e) {
      return 1;
    }
  }
}
