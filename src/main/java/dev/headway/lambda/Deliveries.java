package dev.headway.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import dev.headway.leads.WorkInHandException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Works the messages of one event off one by one, and reports those that failed, so that only they
 * come again.
 */
final class Deliveries {
  private static final Logger log = LoggerFactory.getLogger(Deliveries.class);

  private final Redelivery redelivery;
  private final Invocations invocations;

  Deliveries(Redelivery redelivery, Invocations invocations) {
    this.redelivery = redelivery;
    this.invocations = invocations;
  }

  /** What to do with the body of one message; throws if it has to come again. */
  @FunctionalInterface
  interface Work {
    void on(String body);
  }

  SQSBatchResponse each(SQSEvent event, Context context, Work work) {
    return invocations.run(context, () -> each(event, work));
  }

  private SQSBatchResponse each(SQSEvent event, Work work) {
    List<SQSBatchResponse.BatchItemFailure> failures = new ArrayList<>();
    List<SQSEvent.SQSMessage> messages = event.getRecords();
    if (messages == null) {
      return new SQSBatchResponse(failures);
    }
    for (SQSEvent.SQSMessage message : messages) {
      try {
        work.on(message.getBody() == null ? "" : message.getBody());
      } catch (WorkInHandException e) {
        // Hidden for the whole time-out of its queue, which is longer than anybody works.
        log.warn("message {} waits for others: {}", message.getMessageId(), e.getMessage());
        failures.add(new SQSBatchResponse.BatchItemFailure(message.getMessageId()));
      } catch (RuntimeException e) {
        log.warn("message {} failed and will come again", message.getMessageId(), e);
        failures.add(new SQSBatchResponse.BatchItemFailure(message.getMessageId()));
        redelivery.soon(message);
      }
    }
    return new SQSBatchResponse(failures);
  }
}
