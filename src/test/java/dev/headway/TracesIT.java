package dev.headway;

import static dev.headway.Spans.isPush;
import static dev.headway.Spans.named;
import static dev.headway.Spans.one;
import static dev.headway.Spans.version;
import static dev.headway.Spans.way;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.traces.TestTracing;
import dev.headway.traces.Tracing;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * One trace for an upload, from the request that announced it to the last event that was pushed.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TracesIT {
  private static final String FILE = "customers-of-grace.csv";

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration POLL = Duration.ofMillis(20);

  private final InMemorySpanExporter exporter = InMemorySpanExporter.create();
  private final HttpClient http = HttpClient.newHttpClient();
  private LocalSystem system;
  private Api user;

  @BeforeAll
  void start() throws Exception {
    system = LocalSystems.start(TestTracing.to(exporter, 1));
    // Until then what is watched is read from the table, past the tail.
    long until = System.nanoTime() + PATIENCE.toNanos();
    while (!system.isWhole() && System.nanoTime() < until) {
      LockSupport.parkNanos(POLL.toNanos()); // spinning would keep a core from what is waited for
    }
    user = new Api(http, system.baseUrl(), system.token("grace", Duration.ofHours(1)));
  }

  @AfterAll
  void stop() {
    system.close();
    http.close();
  }

  @Test
  void an_upload_is_one_trace_from_the_request_to_the_last_pushed_event(@TempDir Path folder)
      throws Exception {
    String id = user.upload(SampleFiles.csv(folder, FILE, "traced", 30));
    List<StreamClient.Event> events;
    try (var stream = user.stream(id, Map.of())) {
      events = stream.awaitEnd(60);
    }
    long last = events.getLast().version();
    // A cause may end after what came of it.
    List<SpanData> trace =
        traceOf(
            id,
            spans ->
                spans.stream().anyMatch(span -> isPush(span) && version(span) == last)
                    && spans.stream().filter(named("standardize")).count() == 3
                    && spans.stream().anyMatch(named("split")));

    SpanData push = one(trace, span -> isPush(span) && version(span) == last);
    assertThat(push.getKind()).isEqualTo(SpanKind.PRODUCER);
    assertThat(way(trace, push))
        .containsExactly(
            "push",
            "tail",
            "status.finish",
            "standardize",
            "split",
            "status.create",
            "POST /uploads");
    assertThat(push.getAttributes().get(AttributeKey.longKey("headway.subscribers"))).isEqualTo(1);

    // Every span of the upload hangs on that one request.
    SpanData root = one(trace, span -> !span.getParentSpanContext().isValid());
    assertThat(root.getKind()).isEqualTo(SpanKind.SERVER);
    assertThat(trace).allSatisfy(span -> assertThat(way(trace, span)).endsWith("POST /uploads"));
    assertThat(trace).filteredOn(named("standardize")).hasSize(3);
    assertThat(trace).filteredOn(named("model")).hasSize(3);
    assertThat(trace)
        .filteredOn(named("model"))
        .allSatisfy(span -> assertThat(way(trace, span)).startsWith("model", "standardize"));
    // Each change is pushed once, and none that was not written.
    List<Long> pushed = trace.stream().filter(Spans::isPush).map(Spans::version).toList();
    assertThat(pushed).doesNotHaveDuplicates();
    assertThat(trace.stream().filter(Spans::isApplied).map(Spans::version))
        .doesNotHaveDuplicates()
        .containsAll(pushed)
        .contains(1L, last);

    assertSaysNothingPersonal(trace);
    // Readers are told nothing of it.
    String told = events + user.get("/status/" + id).body() + user.get("/status").body();
    assertThat(told).contains(id).doesNotContain(root.getTraceId(), "traceparent");
  }

  @Test
  void who_cancels_appears_in_the_trace_of_the_upload() throws Exception {
    String id = user.accept(FILE, 10).get("uploadId").asText();
    try (var stream = user.stream(id, Map.of())) {
      assertThat(user.post("/status/" + id + "/cancel", "").statusCode()).isEqualTo(200);
      assertThat(stream.awaitEnd(10).getLast().version()).isEqualTo(2);
    }
    List<SpanData> trace =
        traceOf(
            id,
            spans ->
                spans.stream().anyMatch(named("push"))
                    && spans.stream().anyMatch(named("status.cancel")));
    assertThat(way(trace, one(trace, named("status.cancel"))))
        .containsExactly("status.cancel", "status.create", "POST /uploads");
    assertThat(way(trace, one(trace, named("push")))).endsWith("status.create", "POST /uploads");
  }

  private static void assertSaysNothingPersonal(List<SpanData> trace) {
    for (SpanData span : trace) {
      String said = span.getName() + span.getAttributes() + span.getEvents() + span.getStatus();
      assertThat(said).doesNotContain(FILE, ".csv", "@", "grace", "First", "Bearer", "http");
      assertThat(span.getEvents()).isEmpty();
      assertThat(span.getAttributes().asMap().keySet())
          .allSatisfy(key -> assertThat(key.getKey()).startsWith("headway."));
    }
  }

  /** All spans of the trace in which the upload is, once those are there that are waited for. */
  private List<SpanData> traceOf(String id, Predicate<List<SpanData>> awaited) {
    long until = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < until) {
      List<SpanData> ended = exporter.getFinishedSpanItems();
      var traces =
          ended.stream()
              .filter(span -> id.equals(span.getAttributes().get(Tracing.UPLOAD)))
              .map(SpanData::getTraceId)
              .distinct()
              .toList();
      assertThat(traces).hasSizeLessThan(2);
      var trace = ended.stream().filter(span -> traces.contains(span.getTraceId())).toList();
      if (awaited.test(trace)) {
        return trace;
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
    throw new AssertionError("not all is there: " + exporter.getFinishedSpanItems());
  }
}
