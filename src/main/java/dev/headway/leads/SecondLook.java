package dev.headway.leads;

import java.time.Duration;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.SendMessageRequest;

/**
 * Lets a dead letter come once more when every worker of today has ended. Blocking; safe for
 * concurrent use.
 */
public final class SecondLook {
  /** The longest that a Lambda runs, which is also the longest that SQS delays a message. */
  static final Duration DELAY = Duration.ofMinutes(15);

  private final SqsClient sqs;
  private final String deadLetterQueueUrl;

  public SecondLook(SqsClient sqs, String deadLetterQueueUrl) {
    this.sqs = sqs;
    this.deadLetterQueueUrl = deadLetterQueueUrl;
  }

  void later(String message) {
    var _ =
        sqs.sendMessage(
            SendMessageRequest.builder()
                .queueUrl(deadLetterQueueUrl)
                .messageBody(message)
                .delaySeconds((int) DELAY.toSeconds())
                .build());
  }
}
