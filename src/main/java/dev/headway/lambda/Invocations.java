package dev.headway.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import dev.headway.status.LogFields;
import dev.headway.traces.Tracing;
import java.time.Duration;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * What every invocation of a function has around it: its id in each line of the log, and its spans
 * sent before it answers, since a function is frozen from then on. They are sent once, however many
 * there are, and neither they nor a collector that is away change what is answered.
 */
final class Invocations {
  private static final Logger log = LoggerFactory.getLogger(Invocations.class);

  static final Invocations UNTRACED = new Invocations(Tracing.OFF);

  /** That an answer waits for a collector, at most. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /** Left of an invocation's time for the answer itself. */
  private static final Duration ANSWER = Duration.ofMillis(500);

  private final Tracing tracing;

  Invocations(Tracing tracing) {
    this.tracing = tracing;
  }

  <T> T run(Context context, Supplier<T> work) {
    try (var _ = MDC.putCloseable(LogFields.REQUEST, context.getAwsRequestId())) {
      try {
        return work.get();
      } finally {
        sendSpans(patience(Duration.ofMillis(context.getRemainingTimeInMillis())));
      }
    }
  }

  private void sendSpans(Duration patience) {
    try {
      tracing.flush(patience);
    } catch (RuntimeException e) {
      log.warn("spans could not be sent", e);
    }
  }

  /**
   * Time that is not there is not waited for: the invocation would be cut off, and its work lost.
   */
  static Duration patience(Duration remaining) {
    Duration left = remaining.minus(ANSWER);
    if (left.isNegative()) {
      return Duration.ZERO;
    }
    return left.compareTo(PATIENCE) < 0 ? left : PATIENCE;
  }
}
