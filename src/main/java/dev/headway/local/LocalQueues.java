package dev.headway.local;

import java.time.Duration;
import java.util.Map;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/**
 * The addresses of the four queues between the workers.
 *
 * @param split what S3 tells: a file to split
 * @param splitDeadLetters files that could not be split
 * @param batches batches of rows to standardize
 * @param batchDeadLetters batches that could not be standardized
 */
public record LocalQueues(
    String split, String splitDeadLetters, String batches, String batchDeadLetters) {

  /**
   * How long a message that was received stays hidden, and so how soon a failed one is tried again.
   * On AWS it has to be longer than the function may run; here {@link EventSourceMapping} prolongs
   * it while the handler runs, so it can be short.
   */
  public static final Duration VISIBILITY = Duration.ofSeconds(10);

  /** A file that failed so often is at fault itself, or the program is. */
  private static final int SPLIT_RECEIVES = 3;

  /** Two more for the model behind the batches, which may be busy for a while. */
  private static final int BATCH_RECEIVES = 5;

  private static final String SPLIT = "headway-split";
  private static final String SPLIT_DEAD_LETTERS = "headway-split-dead-letters";
  private static final String BATCHES = "headway-batches";
  private static final String BATCH_DEAD_LETTERS = "headway-batch-dead-letters";

  /** Creates the queues that are not there yet and gives all of them today's settings. */
  static LocalQueues create(SqsClient sqs) {
    var splitDeadLetters = plain(sqs, SPLIT_DEAD_LETTERS);
    var batchDeadLetters = plain(sqs, BATCH_DEAD_LETTERS);
    return new LocalQueues(
        redriven(sqs, SPLIT, splitDeadLetters, SPLIT_RECEIVES),
        splitDeadLetters,
        redriven(sqs, BATCHES, batchDeadLetters, BATCH_RECEIVES),
        batchDeadLetters);
  }

  /** The address of the split queue, known before there is one: S3 is started beside SQS. */
  static String splitQueue(LocalConfig config) {
    return config.sqs() + "/000000000000/" + SPLIT;
  }

  private static String plain(SqsClient sqs, String name) {
    return with(
        sqs,
        name,
        Map.of(QueueAttributeName.VISIBILITY_TIMEOUT, Long.toString(VISIBILITY.toSeconds())));
  }

  private static String redriven(SqsClient sqs, String name, String deadLetters, int receives) {
    var arn =
        sqs.getQueueAttributes(
                ask -> ask.queueUrl(deadLetters).attributeNames(QueueAttributeName.QUEUE_ARN))
            .attributes()
            .get(QueueAttributeName.QUEUE_ARN);
    var policy =
        """
        {"deadLetterTargetArn":"%s","maxReceiveCount":"%d"}\
        """
            .formatted(arn, receives);
    return with(
        sqs,
        name,
        Map.of(
            QueueAttributeName.VISIBILITY_TIMEOUT,
            Long.toString(VISIBILITY.toSeconds()),
            QueueAttributeName.REDRIVE_POLICY,
            policy));
  }

  /** In two steps: creating a kept queue with other settings than it has is an error in SQS. */
  private static String with(
      SqsClient sqs, String name, Map<QueueAttributeName, String> attributes) {
    var url = sqs.createQueue(queue -> queue.queueName(name)).queueUrl();
    sqs.setQueueAttributes(queue -> queue.queueUrl(url).attributes(attributes));
    return url;
  }
}
