package dev.headway.traces;

import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.concurrent.TimeUnit;

/** Tracing whose spans go where a test can look at them. */
public final class TestTracing {
  private TestTracing() {}

  /** Traces this share of all uploads. */
  public static Tracing to(SpanExporter exporter, double share) {
    return Otlp.tracing(SimpleSpanProcessor.create(exporter), share, "headway-test");
  }

  /** Traces everything, and sends it when it is told to, as functions do. */
  public static Tracing gathering(SpanExporter exporter) {
    return Otlp.tracing(
        BatchSpanProcessor.builder(exporter).setScheduleDelay(1, TimeUnit.HOURS).build(),
        1,
        "headway-test");
  }
}
