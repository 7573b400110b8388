package dev.headway.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headway.status.TraceParent;
import dev.headway.traces.TestTracing;
import dev.headway.traces.TracesConfig;
import dev.headway.traces.Tracing;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InvocationsTest {
  private static final Optional<TraceParent> RECORD =
      Optional.of(new TraceParent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"));

  private static final FakeContext TIME = new FakeContext(60_000);

  /** As the write of somebody who did not know the trace makes one: its parent is elsewhere. */
  private static void lateSpan(Tracing tracing) {
    tracing.followSince(1, "status.abandon", SpanKind.CLIENT, RECORD).end();
  }

  @Test
  void a_collector_that_never_answers_is_waited_for_once_however_many_spans_there_are()
      throws Exception {
    try (var silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      var collector = URI.create("http://127.0.0.1:" + silent.getLocalPort() + "/");
      try (var tracing =
          Tracing.of(Optional.of(new TracesConfig(1, collector, Map.of())), "test")) {
        long began = System.nanoTime();
        int ended =
            new Invocations(tracing)
                .run(
                    TIME,
                    () -> {
                      for (int i = 0; i < 50; i++) {
                        lateSpan(tracing);
                      }
                      return 50;
                    });
        // Once 2 s; one after the other they would take 100.
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(30));
        assertThat(ended).isEqualTo(50);
        silent.setSoTimeout(10_000);
        silent.accept().close(); // they were really sent there
      }
    }
  }

  @Test
  void spans_are_gone_when_an_invocation_answers_also_one_that_fails() {
    var exporter = InMemorySpanExporter.create();
    var tracing = TestTracing.gathering(exporter);
    var invocations = new Invocations(tracing);
    assertThatThrownBy(() ->
            invocations.run(
                TIME,
                () -> {
                  lateSpan(tracing);
                  throw new IllegalStateException("the work's own");
                }))
        .hasMessage("the work's own");
    assertThat(exporter.getFinishedSpanItems()).hasSize(1);
  }

  @Test
  void an_exporter_that_breaks_changes_no_answer() {
    var tracing = TestTracing.to(new Broken(), 1);
    assertThat(
            new Invocations(tracing)
                .<String>run(
                    TIME,
                    () -> {
                      lateSpan(tracing);
                      return "answered";
                    }))
        .isEqualTo("answered");
  }

  @ParameterizedTest
  @CsvSource({"300000, 2000", "2500, 2000", "2400, 1900", "501, 1", "500, 0", "100, 0", "-5, 0"})
  void an_invocation_is_never_held_up_until_it_is_cut_off(long remaining, long patience) {
    assertThat(Invocations.patience(Duration.ofMillis(remaining)))
        .isEqualTo(Duration.ofMillis(patience));
  }

  private static final class Broken implements SpanExporter {
    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
      throw new IllegalStateException("broken");
    }

    @Override
    public CompletableResultCode flush() {
      throw new IllegalStateException("broken");
    }

    @Override
    public CompletableResultCode shutdown() {
      return CompletableResultCode.ofSuccess();
    }
  }
}
