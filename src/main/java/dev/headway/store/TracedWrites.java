package dev.headway.store;

import dev.headway.status.ProcessingStatus;
import dev.headway.status.TraceParent;
import dev.headway.status.UploadId;
import dev.headway.traces.Tracing;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import java.util.Optional;
import java.util.function.Function;

/**
 * The span of each write of a record, whose place in the trace the write leaves in the record. A
 * write by somebody who traces nothing, as one who cancels or the sweep, appears in the trace that
 * the record already has, and leaves that as it is.
 */
final class TracedWrites {
  private final Tracing tracing;

  TracedWrites(Tracing tracing) {
    this.tracing = tracing;
  }

  /**
   * Writes.
   *
   * @param operation a word of ours
   * @param write is told what to put into the record, if anything
   * @param outcome a word for what became of the write
   * @param after the record as it is then, if there is one
   */
  <T> T write(
      UploadId id,
      String operation,
      Function<Optional<TraceParent>, T> write,
      Function<T, String> outcome,
      Function<T, Optional<ProcessingStatus>> after) {
    if (!tracing.isOn()) {
      return write.apply(Optional.empty());
    }
    long began = System.currentTimeMillis();
    Span span = tracing.within(operation, SpanKind.CLIENT);
    if (!span.getSpanContext().isSampled()) {
      T result = write.apply(Optional.empty());
      Optional<ProcessingStatus> record = after.apply(result);
      Span late =
          tracing.followSince(
              began, operation, SpanKind.CLIENT, record.flatMap(ProcessingStatus::trace));
      tell(late, id, outcome.apply(result), record);
      late.end();
      return result;
    }
    return Tracing.as(
        span,
        () -> {
          T result = write.apply(Tracing.of(span));
          tell(span, id, outcome.apply(result), after.apply(result));
          return result;
        });
  }

  private static void tell(
      Span span, UploadId id, String outcome, Optional<ProcessingStatus> record) {
    span.setAttribute(Tracing.UPLOAD, id.value()).setAttribute(Tracing.OUTCOME, outcome);
    record.ifPresent(now -> span.setAttribute(Tracing.VERSION, now.version()));
  }
}
