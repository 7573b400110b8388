package dev.headway.traces;

import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;

/** Tracing whose spans go where a test can look at them. */
public final class TestTracing {
  private TestTracing() {}

  /** Traces this share of all uploads. */
  public static Tracing to(SpanExporter exporter, double share) {
    return Otlp.tracing(SimpleSpanProcessor.create(exporter), share, "headway-test");
  }
}
