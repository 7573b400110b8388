package dev.headway.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceParentTest {
  private static final String TEXT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

  @Test
  void a_place_in_a_trace_has_its_trace_and_its_span() {
    TraceParent place = TraceParent.parse(TEXT).orElseThrow();
    assertThat(place.value()).isEqualTo(TEXT);
    assertThat(place.traceId()).isEqualTo("4bf92f3577b34da6a3ce929d0e0e4736");
    assertThat(place.spanId()).isEqualTo("00f067aa0ba902b7");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00",
        "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
      })
  void what_is_none_is_none_and_not_worth_a_record(String text) {
    assertThat(TraceParent.parse(text)).isEmpty();
    assertThatThrownBy(() -> new TraceParent(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_record_takes_its_place_in_a_trace_along_and_is_the_same_otherwise() {
    ProcessingStatus record = Records.UPLOADING;
    Optional<TraceParent> place = TraceParent.parse(TEXT);
    assertThat(record.trace()).isEmpty();
    assertThat(record.withTrace(place).trace()).isEqualTo(place);
    assertThat(record.withTrace(place).withTrace(Optional.empty())).isEqualTo(record);
  }
}
