package dev.headway.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import dev.headway.leads.UploadSweep;
import dev.headway.status.LogFields;
import java.util.Map;
import org.slf4j.MDC;

/**
 * Ends the uploads whose file never arrived; for a schedule, of which it looks at nothing. Every
 * minute or every five: each run does all there is to do.
 */
public final class UploadSweepHandler
    implements RequestHandler<Map<String, Object>, Map<String, Integer>> {
  private final UploadSweep sweep;

  /** For Lambda. */
  public UploadSweepHandler() {
    this(new Workshop(Environment.ofProcess()));
  }

  UploadSweepHandler(Workshop workshop) {
    this(workshop.uploadSweep());
  }

  public UploadSweepHandler(UploadSweep sweep) {
    this.sweep = sweep;
  }

  @Override
  public Map<String, Integer> handleRequest(Map<String, Object> event, Context context) {
    try (var _ = MDC.putCloseable(LogFields.REQUEST, context.getAwsRequestId())) {
      return Map.of("ended", sweep.run());
    }
  }
}
