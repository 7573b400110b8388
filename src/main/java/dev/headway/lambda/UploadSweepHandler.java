package dev.headway.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import dev.headway.leads.UploadSweep;
import java.util.Map;

/**
 * Ends the uploads whose file never arrived; for a schedule, of which it looks at nothing. Every
 * minute or every five: each run does all there is to do.
 */
public final class UploadSweepHandler
    implements RequestHandler<Map<String, Object>, Map<String, Integer>> {
  private final UploadSweep sweep;
  private final Invocations invocations;

  /** For Lambda. */
  public UploadSweepHandler() {
    this(new Workshop(Environment.ofProcess()));
  }

  UploadSweepHandler(Workshop workshop) {
    this(workshop.uploadSweep(), workshop.invocations());
  }

  public UploadSweepHandler(UploadSweep sweep) {
    this(sweep, Invocations.UNTRACED);
  }

  UploadSweepHandler(UploadSweep sweep, Invocations invocations) {
    this.sweep = sweep;
    this.invocations = invocations;
  }

  @Override
  public Map<String, Integer> handleRequest(Map<String, Object> event, Context context) {
    return invocations.run(context, () -> Map.of("ended", sweep.run()));
  }
}
