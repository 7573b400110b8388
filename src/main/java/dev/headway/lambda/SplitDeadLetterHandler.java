package dev.headway.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import dev.headway.leads.SplitDeadLetters;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends the uploads whose file could not be split for the last time. */
public final class SplitDeadLetterHandler implements RequestHandler<SQSEvent, SQSBatchResponse> {
  private static final Logger log = LoggerFactory.getLogger(SplitDeadLetterHandler.class);

  private final SplitDeadLetters deadLetters;
  private final Deliveries deliveries;

  /** For Lambda. */
  public SplitDeadLetterHandler() {
    this(new Workshop(Environment.ofProcess()));
  }

  SplitDeadLetterHandler(Workshop workshop) {
    this(workshop.splitDeadLetters(), workshop.invocations());
  }

  public SplitDeadLetterHandler(SplitDeadLetters deadLetters) {
    this(deadLetters, Invocations.UNTRACED);
  }

  private SplitDeadLetterHandler(SplitDeadLetters deadLetters, Invocations invocations) {
    this.deadLetters = deadLetters;
    this.deliveries = new Deliveries(Redelivery.AS_THE_QUEUE_SAYS, invocations);
  }

  @Override
  public SQSBatchResponse handleRequest(SQSEvent event, Context context) {
    return deliveries.each(event, context, this::bury);
  }

  private void bury(String body) {
    try {
      S3Notification.created(body).forEach(deadLetters::bury);
    } catch (IllegalArgumentException e) {
      // It names no upload, so nobody can ever work it off.
      log.error("a dead letter that is no notification is dropped", e);
    }
  }
}
