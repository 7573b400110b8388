package dev.headway.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import dev.headway.leads.LeadStandardizer;
import java.time.Duration;

/** Standardizes batches of leads with the language model. */
public final class DeepSeekCallerHandler implements RequestHandler<SQSEvent, SQSBatchResponse> {
  private final LeadStandardizer standardizer;
  private final Deliveries deliveries;

  /** For Lambda. */
  public DeepSeekCallerHandler() {
    this(new Workshop(Environment.ofProcess()));
  }

  DeepSeekCallerHandler(Workshop workshop) {
    this(workshop.standardizer(), workshop.batchRedelivery(), workshop.invocations());
  }

  public DeepSeekCallerHandler(LeadStandardizer standardizer, Redelivery redelivery) {
    this(standardizer, redelivery, Invocations.UNTRACED);
  }

  private DeepSeekCallerHandler(
      LeadStandardizer standardizer, Redelivery redelivery, Invocations invocations) {
    this.standardizer = standardizer;
    this.deliveries = new Deliveries(redelivery, invocations);
  }

  @Override
  public SQSBatchResponse handleRequest(SQSEvent event, Context context) {
    return deliveries.each(
        event,
        context,
        body ->
            standardizer.standardize(
                body, () -> Duration.ofMillis(context.getRemainingTimeInMillis())));
  }
}
