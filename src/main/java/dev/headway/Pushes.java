package dev.headway;

import dev.headway.hub.Change;
import dev.headway.hub.PushListener;
import dev.headway.status.ProcessingStatus;
import dev.headway.traces.Tracing;
import io.opentelemetry.api.trace.SpanKind;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/**
 * Measures how long changes take to those who watch, and ends their traces: one span for each
 * change and loop, not for each stream, of which there may be thousands.
 *
 * @param delay is told how long ago each change was written; by two wall clocks, so only good for
 *     looking at
 */
record Pushes(Consumer<Duration> delay, Tracing tracing, InstantSource clock)
    implements PushListener {
  @Override
  public IntConsumer begins(Change change) {
    ProcessingStatus record = change.record();
    if (!tracing.isOn() || record.trace().isEmpty()) {
      return subscribers -> measure(record);
    }
    var span =
        tracing
            .follow("push", SpanKind.PRODUCER, record.trace())
            .setAttribute(Tracing.UPLOAD, record.uploadId().value())
            .setAttribute(Tracing.VERSION, record.version());
    return subscribers -> {
      measure(record);
      span.setAttribute(Tracing.SUBSCRIBERS, subscribers).end();
    };
  }

  private void measure(ProcessingStatus record) {
    if (!record.stalled()) { // the mark does not move the time of the last work
      delay.accept(Duration.between(record.updatedAt(), clock.instant()));
    }
  }
}
