package dev.headway.lambda;

import com.amazonaws.services.lambda.runtime.events.SQSEvent;

/** When a message that failed is delivered again. */
@FunctionalInterface
public interface Redelivery {
  /** Leaves it to the queue's visibility time-out. */
  Redelivery AS_THE_QUEUE_SAYS = message -> {};

  /** Asks for a failed message to come again soon. Never throws: it only saves time. */
  void soon(SQSEvent.SQSMessage message);
}
