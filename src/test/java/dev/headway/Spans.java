package dev.headway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.traces.Tracing;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;

/** How tests look at the spans of a trace. */
final class Spans {
  private Spans() {}

  /** The names from a span up to the root. */
  static List<String> way(List<SpanData> trace, SpanData from) {
    List<String> names = new ArrayList<>();
    Optional<SpanData> next = Optional.of(from);
    while (next.isPresent()) {
      SpanData span = next.get();
      names.add(span.getName());
      next = trace.stream().filter(s -> s.getSpanId().equals(span.getParentSpanId())).findFirst();
    }
    return names;
  }

  static SpanData one(List<SpanData> trace, Predicate<SpanData> which) {
    List<SpanData> found = trace.stream().filter(which).toList();
    assertThat(found).as(trace.stream().map(SpanData::getName).toList().toString()).hasSize(1);
    return found.getFirst();
  }

  static Predicate<SpanData> named(String name) {
    return span -> span.getName().equals(name);
  }

  static boolean isPush(SpanData span) {
    return span.getName().equals("push");
  }

  static boolean isApplied(SpanData span) {
    return "applied".equals(span.getAttributes().get(Tracing.OUTCOME));
  }

  static long version(SpanData span) {
    return Objects.requireNonNull(span.getAttributes().get(Tracing.VERSION));
  }
}
