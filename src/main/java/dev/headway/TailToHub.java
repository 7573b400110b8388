package dev.headway;

import dev.headway.hub.TailReporter;
import dev.headway.status.ProcessingStatus;
import dev.headway.tail.TailListener;
import dev.headway.traces.Tracing;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Passes on to the hub what the tail tells: the two rooms do not know each other.
 *
 * @param delay is told how long ago each change was written; by two wall clocks, so only good for
 *     looking at
 */
record TailToHub(TailReporter hub, InstantSource clock, Consumer<Duration> delay, Tracing tracing)
    implements TailListener {
  /** One that traces nothing. */
  TailToHub(TailReporter hub, InstantSource clock, Consumer<Duration> delay) {
    this(hub, clock, delay, Tracing.OFF);
  }

  @Override
  public void leased(String shardId) {
    hub.leased(shardId);
  }

  @Override
  public void changed(String shardId, List<ProcessingStatus> changes) {
    if (tracing.isOn()) {
      relay(changes);
    } else {
      hub.changed(changes);
    }
    Instant now = clock.instant();
    for (ProcessingStatus change : changes) {
      if (!change.stalled()) { // the mark does not move the time of the last work
        delay.accept(Duration.between(change.updatedAt(), now));
      }
    }
  }

  /**
   * From the reading of a change until it is on the bus, and what comes of it goes on from here.
   */
  private void relay(List<ProcessingStatus> changes) {
    List<Span> spans = new ArrayList<>();
    List<ProcessingStatus> relayed = new ArrayList<>();
    for (ProcessingStatus change : changes) {
      Span span = tracing.follow("tail", SpanKind.CONSUMER, change.trace());
      span.setAttribute(Tracing.UPLOAD, change.uploadId().value())
          .setAttribute(Tracing.VERSION, change.version());
      spans.add(span);
      relayed.add(change.withTrace(Tracing.of(span)));
    }
    try {
      hub.changed(relayed);
    } finally {
      spans.forEach(Span::end);
    }
  }

  @Override
  public void readToEnd(String shardId) {
    hub.readToEnd(shardId);
  }

  @Override
  public void ended(String shardId, List<String> children) {
    hub.ended(shardId, children);
  }

  @Override
  public void released(String shardId) {
    hub.released(shardId);
  }
}
