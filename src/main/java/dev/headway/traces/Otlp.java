package dev.headway.traces;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.IdGenerator;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Collection;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The SDK, put together. Loaded only where somebody traces. */
final class Otlp {
  private static final Logger log = LoggerFactory.getLogger(Otlp.class);

  /** How long a collector may take; what it does not take in time is lost. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private static final Duration GATHER = Duration.ofSeconds(1);

  /** The SDK's own words go past our log; what matters is said by {@link Reporting}. */
  private static final java.util.logging.Logger OWN =
      java.util.logging.Logger.getLogger("io.opentelemetry");

  private Otlp() {}

  static Tracing tracing(TracesConfig config, String service) {
    OWN.setLevel(Level.OFF);
    var exporter =
        OtlpHttpSpanExporter.builder()
            .setEndpoint(config.endpoint().resolve("v1/traces").toString())
            .setTimeout(PATIENCE)
            .setConnectTimeout(PATIENCE);
    config.headers().forEach(exporter::addHeader);
    SpanProcessor batches =
        BatchSpanProcessor.builder(new Reporting(exporter.build()))
            .setScheduleDelay(GATHER)
            .setExporterTimeout(PATIENCE)
            .build();
    return tracing(batches, config.share(), service);
  }

  /** To any processor. */
  static Tracing tracing(SpanProcessor processor, double share, String service) {
    var provider =
        SdkTracerProvider.builder()
            .setResource(
                Resource.create(
                    io.opentelemetry.api.common.Attributes.of(
                        AttributeKey.stringKey("service.name"), service)))
            .setSampler(Sampler.parentBased(Sampler.traceIdRatioBased(share)))
            .setIdGenerator(new UniqueIds())
            .addSpanProcessor(processor)
            .build();
    return new Tracing(
        provider.get("headway"),
        patience -> join(provider.forceFlush(), patience),
        () -> join(provider.shutdown(), PATIENCE));
  }

  private static void join(CompletableResultCode sending, Duration patience) {
    var _ = sending.join(patience.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * The SDK's own generator starts from a seed that all functions restored from one snapshot share.
   */
  private static final class UniqueIds implements IdGenerator {
    private final SecureRandom random = new SecureRandom();

    @Override
    public String generateSpanId() {
      return hex(8);
    }

    @Override
    public String generateTraceId() {
      return hex(16);
    }

    private String hex(int bytes) {
      byte[] id = new byte[bytes];
      random.nextBytes(id);
      id[0] |= 1; // never all zeros, which means none
      return HexFormat.of().formatHex(id);
    }
  }

  /** Says once a minute that spans are lost. */
  private static final class Reporting implements SpanExporter {
    private static final long EVERY = Duration.ofMinutes(1).toNanos();

    private final SpanExporter exporter;
    private final AtomicLong lost = new AtomicLong();
    private final AtomicLong next = new AtomicLong(System.nanoTime());

    Reporting(SpanExporter exporter) {
      this.exporter = exporter;
    }

    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
      CompletableResultCode result = exporter.export(spans);
      int count = spans.size();
      return result.whenComplete(() -> {
        if (!result.isSuccess()) {
          report(lost.addAndGet(count));
        }
      });
    }

    private void report(long total) {
      long now = System.nanoTime();
      long due = next.get();
      if (now - due >= 0 && next.compareAndSet(due, now + EVERY)) {
        log.warn("{} spans were not taken by the collector so far", total);
      }
    }

    @Override
    public CompletableResultCode flush() {
      return exporter.flush();
    }

    @Override
    public CompletableResultCode shutdown() {
      return exporter.shutdown();
    }
  }
}
