package dev.headway.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import dev.headway.leads.BatchDeadLetters;

/** Ends the batches that failed for the last time. */
public final class BatchDeadLetterHandler implements RequestHandler<SQSEvent, SQSBatchResponse> {
  private final BatchDeadLetters deadLetters;
  private final Deliveries deliveries;

  /** For Lambda. */
  public BatchDeadLetterHandler() {
    this(new Workshop(Environment.ofProcess()));
  }

  BatchDeadLetterHandler(Workshop workshop) {
    this(workshop.batchDeadLetters(), workshop.invocations());
  }

  public BatchDeadLetterHandler(BatchDeadLetters deadLetters) {
    this(deadLetters, Invocations.UNTRACED);
  }

  private BatchDeadLetterHandler(BatchDeadLetters deadLetters, Invocations invocations) {
    this.deadLetters = deadLetters;
    this.deliveries = new Deliveries(Redelivery.AS_THE_QUEUE_SAYS, invocations);
  }

  @Override
  public SQSBatchResponse handleRequest(SQSEvent event, Context context) {
    return deliveries.each(event, context, deadLetters::bury);
  }
}
