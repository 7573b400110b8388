package dev.headway.traces;

import dev.headway.status.TraceParent;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.context.Context;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Begins spans, and finds the parent of those whose cause lies in another process. Only a request
 * begins a trace; everybody else goes on with the trace of the upload, or traces nothing. Any
 * thread.
 *
 * <p>What spans say is ids, numbers and words of ours, never what a person or a file is called.
 */
public final class Tracing implements AutoCloseable {
  public static final AttributeKey<String> UPLOAD = AttributeKey.stringKey("headway.upload.id");
  public static final AttributeKey<Long> VERSION = AttributeKey.longKey("headway.version");
  public static final AttributeKey<Long> BATCH = AttributeKey.longKey("headway.batch");
  public static final AttributeKey<Long> BATCHES = AttributeKey.longKey("headway.batches");
  public static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("headway.outcome");
  public static final AttributeKey<Long> SUBSCRIBERS = AttributeKey.longKey("headway.subscribers");

  private static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type");

  /** Traces nothing, and costs nothing. */
  public static final Tracing OFF =
      new Tracing(TracerProvider.noop().get("headway"), patience -> {}, () -> {});

  private final Tracer tracer;
  private final Consumer<Duration> flush;
  private final Runnable stop;

  /**
   * @param flush sends what has ended and waits for that no longer than it is told
   */
  Tracing(Tracer tracer, Consumer<Duration> flush, Runnable stop) {
    this.tracer = tracer;
    this.flush = flush;
    this.stop = stop;
  }

  /**
   * As configured; {@link #OFF} where nothing is.
   *
   * @param service as which the spans are told
   */
  public static Tracing of(Optional<TracesConfig> config, String service) {
    return config.map(to -> Otlp.tracing(to, service)).orElse(OFF);
  }

  /** Whether anything is traced at all. */
  public boolean isOn() {
    return this != OFF;
  }

  /** The root of a trace of its own, if the sampler wants one. */
  public Span begin(String name, SpanKind kind) {
    return tracer.spanBuilder(name).setSpanKind(kind).setNoParent().startSpan();
  }

  /** Goes on with a trace; a span that says nothing where there is none. */
  public Span follow(String name, SpanKind kind, Optional<TraceParent> parent) {
    return followSince(0, name, kind, parent);
  }

  /**
   * The same for what has begun already.
   *
   * @param epochMillis when; 0 for now
   */
  public Span followSince(
      long epochMillis, String name, SpanKind kind, Optional<TraceParent> parent) {
    if (!isOn() || parent.isEmpty()) {
      return Span.getInvalid();
    }
    return tracer
        .spanBuilder(name)
        .setSpanKind(kind)
        .setParent(contextOf(parent.get()))
        .setStartTimestamp(epochMillis, TimeUnit.MILLISECONDS) // 0 is what the builder has
        .startSpan();
  }

  /** A part of what this thread is doing; a span that says nothing where that is not traced. */
  public Span within(String name, SpanKind kind) {
    return Span.current().getSpanContext().isSampled()
        ? tracer.spanBuilder(name).setSpanKind(kind).startSpan()
        : Span.getInvalid();
  }

  /** What goes on from this span; empty where nobody traces. */
  public static Optional<TraceParent> of(Span span) {
    SpanContext context = span.getSpanContext();
    return context.isSampled()
        ? Optional.of(
            new TraceParent(
                "00-%s-%s-%s"
                    .formatted(
                        context.getTraceId(),
                        context.getSpanId(),
                        context.getTraceFlags().asHex())))
        : Optional.empty();
  }

  private static Context contextOf(TraceParent parent) {
    String flags = parent.value().substring(parent.value().length() - 2);
    return Context.root()
        .with(
            Span.wrap(
                SpanContext.createFromRemoteParent(
                    parent.traceId(),
                    parent.spanId(),
                    TraceFlags.fromHex(flags, 0),
                    TraceState.getDefault())));
  }

  /** Some work that may fail with {@code E}. */
  @FunctionalInterface
  public interface Work<T, E extends Exception> {
    T run() throws E;
  }

  /** Some step that may fail with {@code E}. */
  @FunctionalInterface
  public interface Step<E extends Exception> {
    void run() throws E;
  }

  /** Takes a step as this span, which ends with it. */
  public static <E extends Exception> void doing(Span span, Step<E> step) throws E {
    as(
        span,
        () -> {
          step.run();
          return true;
        });
  }

  /** Does some work as this span, which ends with it. */
  public static <T, E extends Exception> T as(Span span, Work<T, E> work) throws E {
    try (var _ = span.makeCurrent()) {
      return work.run();
    } catch (Throwable failure) {
      failed(span, failure);
      throw failure;
    } finally {
      span.end();
    }
  }

  /** Without the failure's own words, which may repeat what it is about. */
  public static void failed(Span span, Throwable failure) {
    span.setStatus(StatusCode.ERROR).setAttribute(ERROR, failure.getClass().getSimpleName());
  }

  /**
   * Sends what has ended, now. A process that goes on running has no need of it.
   *
   * @param patience how long this blocks at most; what is not taken by then may be lost
   */
  public void flush(Duration patience) {
    flush.accept(patience);
  }

  /** Sends what has ended; blocks for some seconds at most. */
  @Override
  public void close() {
    stop.run();
  }
}
