package dev.headway.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import dev.headway.leads.LeadSplitter;

/** Splits the files that S3 announces through a queue. */
public final class LeadSplitterHandler implements RequestHandler<SQSEvent, SQSBatchResponse> {
  private final LeadSplitter splitter;
  private final Deliveries deliveries;

  /** For Lambda. */
  public LeadSplitterHandler() {
    this(new Workshop(Environment.ofProcess()));
  }

  LeadSplitterHandler(Workshop workshop) {
    this(workshop.splitter(), workshop.splitRedelivery(), workshop.invocations());
  }

  public LeadSplitterHandler(LeadSplitter splitter, Redelivery redelivery) {
    this(splitter, redelivery, Invocations.UNTRACED);
  }

  private LeadSplitterHandler(
      LeadSplitter splitter, Redelivery redelivery, Invocations invocations) {
    this.splitter = splitter;
    this.deliveries = new Deliveries(redelivery, invocations);
  }

  @Override
  public SQSBatchResponse handleRequest(SQSEvent event, Context context) {
    return deliveries.each(
        event, context, body -> S3Notification.created(body).forEach(splitter::split));
  }
}
