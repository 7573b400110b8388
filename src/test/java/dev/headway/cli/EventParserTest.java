package dev.headway.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class EventParserTest {
  private static Arguments of(String stream, String... typesAndData) {
    var events = new ArrayList<ServerEvent>();
    for (int i = 0; i < typesAndData.length; i += 2) {
      events.add(new ServerEvent(typesAndData[i], typesAndData[i + 1]));
    }
    return Arguments.of(stream, events);
  }

  static Stream<Arguments> streams() {
    return Stream.of(
        of("data: a\n\n", "message", "a"),
        of("data:a\n\n", "message", "a"),
        of("data:  a\n\n", "message", " a"),
        of("data: a\ndata: b\n\n", "message", "a\nb"),
        of("data\n\n", "message", ""),
        of("data: a\ndata\n\n", "message", "a\n"),
        of("data: a\r\ndata: b\r\n\r\n", "message", "a\nb"),
        of("data: a\rdata: b\r\r", "message", "a\nb"),
        of("data: a\n\r\n", "message", "a"),
        of("event: status\ndata: a\n\ndata: b\n\n", "status", "a", "message", "b"),
        of("event: status\n\ndata: b\n\n", "message", "b"),
        of(": comment\n\n:\n\ndata: a\n\n", "message", "a"),
        of("id: 7\nunknown: x\nDATA: x\ndata: a\n\n", "message", "a"),
        of("\uFEFFdata: a\n\n", "message", "a"),
        of("data: \uFEFFa\n\n", "message", "\uFEFFa"),
        of("data: a:b: c\n\n", "message", "a:b: c"),
        of("data: ü€😀\u2028x\n\n", "message", "ü€😀\u2028x"),
        of("data: cut off\n"),
        of("data: cut off"),
        of(""));
  }

  @ParameterizedTest
  @MethodSource("streams")
  void reads_a_stream_as_the_standard_says(String stream, List<ServerEvent> events)
      throws IOException {
    assertThat(new EventParser().feed(stream)).isEqualTo(events);
  }

  @ParameterizedTest
  @MethodSource("streams")
  void reads_the_same_in_whatever_pieces_it_comes(String stream, List<ServerEvent> events)
      throws IOException {
    for (int size = 1; size <= 3; size++) {
      var parser = new EventParser();
      var seen = new ArrayList<ServerEvent>();
      for (int i = 0; i < stream.length(); i += size) {
        seen.addAll(parser.feed(stream.substring(i, Math.min(stream.length(), i + size))));
      }
      assertThat(seen).isEqualTo(events);
    }
  }

  @Test
  void an_event_is_there_as_soon_as_its_empty_line_is_also_after_a_carriage_return()
      throws IOException {
    assertThat(new EventParser().feed("data: a\r\n\r")).hasSize(1);
  }

  @Test
  void a_retry_is_a_number_of_milliseconds_and_bounded() throws IOException {
    var parser = new EventParser();
    parser.feed("retry: 12x\nretry: -5\nretry:\nretry: ٣\n");
    assertThat(parser.retry()).isEmpty();
    parser.feed("retry: 1374\n");
    assertThat(parser.retry()).contains(Duration.ofMillis(1374));
    parser.feed("retry: 999999999999999999\n");
    assertThat(parser.retry()).contains(Duration.ofMinutes(1));
  }

  @Test
  void an_event_without_end_does_not_fill_the_memory() {
    var parser = new EventParser();
    String piece = "x".repeat(1 << 16);
    assertThatThrownBy(
            () -> {
              while (true) {
                parser.feed("data: " + piece + "\n");
              }
            })
        .isInstanceOf(IOException.class);
  }
}
