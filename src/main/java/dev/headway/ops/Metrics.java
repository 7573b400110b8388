package dev.headway.ops;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What Prometheus reads: the JVM and the process, and the figures that the root hands in. Vert.x's
 * own metrics stay off, because they cost something for every event on every stream. Any thread.
 */
public final class Metrics implements AutoCloseable {
  private static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  /** Whatever takes longer is counted as this. */
  private static final Duration LONGEST = Duration.ofDays(1);

  private static final Duration[] BOUNDS = {
    Duration.ofMillis(25),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(250),
    Duration.ofMillis(500),
    Duration.ofSeconds(1),
    Duration.ofSeconds(2),
    Duration.ofSeconds(5),
    Duration.ofSeconds(10),
  };

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics gc = new JvmGcMetrics();

  /** Micrometer refers to what it counts weakly. */
  private final Queue<LongSupplier> counters = new ConcurrentLinkedQueue<>();

  /** Figures that come and go. */
  private final Queue<Runnable> changing = new ConcurrentLinkedQueue<>();

  public Metrics() {
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ClassLoaderMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    gc.bindTo(registry);
  }

  /** A figure that goes up and down. The supplier is asked at each reading and must not block. */
  public Metrics gauge(String name, String description, Supplier<? extends Number> value) {
    Gauge.builder(name, value, supplier -> supplier.get().doubleValue())
        .description(description)
        .strongReference(true)
        .register(registry);
    return this;
  }

  /** A figure that only goes up: a {@code LongAdder::sum}, say. */
  public Metrics counter(String name, String description, LongSupplier count) {
    FunctionCounter.builder(name, count, LongSupplier::getAsLong)
        .description(description)
        .register(registry);
    counters.add(count);
    return this;
  }

  /** The same, one of several that differ in a label. */
  public Metrics counter(
      String name, String description, String label, String value, LongSupplier count) {
    FunctionCounter.builder(name, count, LongSupplier::getAsLong)
        .description(description)
        .tag(label, value)
        .register(registry);
    counters.add(count);
    return this;
  }

  /**
   * Figures that go up and down, one for each value of a label. Those that are there change; the
   * supplier is asked at each reading and must not block.
   */
  public Metrics gauges(
      String name, String description, String label, Supplier<Map<String, Double>> values) {
    MultiGauge gauges = MultiGauge.builder(name).description(description).register(registry);
    changing.add(() ->
        gauges.register(
            values.get().entrySet().stream()
                .map(entry -> MultiGauge.Row.of(Tags.of(label, entry.getKey()), entry.getValue()))
                .toList(),
            true));
    return this;
  }

  /** How long something took, counted by the bounds that matter to somebody who waits for it. */
  public Consumer<Duration> durations(String name, String description) {
    Timer timer =
        Timer.builder(name)
            .description(description)
            .serviceLevelObjectives(BOUNDS)
            .register(registry);
    return duration -> {
      // Of clocks that are wrong, or a record that no worker of ours wrote, come odd figures: they
      // must not fail whoever tells of them.
      if (!duration.isNegative()) {
        timer.record(duration.compareTo(LONGEST) < 0 ? duration : LONGEST);
      }
    };
  }

  /** For meters that need more than a supplier. */
  public MeterRegistry registry() {
    return registry;
  }

  /** Answers with everything, in Prometheus's text format. */
  public Handler<RoutingContext> text() {
    return ctx ->
        ctx.vertx()
            // Reading the process's files blocks, if only for a moment.
            .executeBlocking(this::scrape)
            .onSuccess(text -> Text.answer(ctx, 200, CONTENT_TYPE, text))
            .onFailure(ctx::fail);
  }

  private synchronized String scrape() {
    changing.forEach(Runnable::run);
    return registry.scrape();
  }

  @Override
  public void close() {
    gc.close();
    registry.close();
  }
}
