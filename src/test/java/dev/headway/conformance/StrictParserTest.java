package dev.headway.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StrictParserTest {
  private final List<StreamItem> items = new ArrayList<>();
  private final StrictParser parser = new StrictParser(items::add);

  private void take(String text) {
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      parser.take(b);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r", "\r\n"})
  void lines_end_with_any_of_three_things(String end) {
    take(
        String.join(
            end, "retry: 1000", "", "id: 7", "event: status", "data: é🚀", "", ":", "", ""));
    assertThat(parser.breaches()).isEmpty();
    assertThat(items).hasSize(3);
    assertThat(items.get(0)).isInstanceOf(StreamItem.Retry.class);
    assertThat(items.get(1))
        .isInstanceOfSatisfying(
            StreamItem.Event.class,
            event -> {
              assertThat(event.type()).isEqualTo("status");
              assertThat(event.id()).isEqualTo(Optional.of("7"));
              assertThat(event.data()).isEqualTo("é🚀");
            });
    assertThat(items.get(2)).isInstanceOf(StreamItem.Comment.class);
  }

  @Test
  void one_mark_may_begin_the_stream_and_none_may_come_later() {
    take("\uFEFFdata: a\n\n");
    assertThat(parser.breaches()).isEmpty();
    take("\uFEFFdata: b\n\n");
    assertThat(parser.breaches()).hasSize(1);
    assertThat(items).hasSize(1);
  }

  @Test
  void data_of_several_lines_is_joined_and_one_space_is_dropped() {
    take("data:  a\ndata:b\ndata\n\n");
    assertThat(items)
        .singleElement()
        .isInstanceOfSatisfying(
            StreamItem.Event.class, event -> assertThat(event.data()).isEqualTo(" a\nb\n"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "note: x           | no field",
        "retry: soon       | no number",
        "event: status~~   | without data",
        "id: 7~~           | without data",
      })
  void what_a_server_has_no_reason_to_send_is_written_down(String text, String breach) {
    take(text.replace("~", "\n") + "\n");
    assertThat(parser.breaches()).singleElement().asString().contains(breach);
  }

  @Test
  void bytes_that_are_no_letters_are_written_down() {
    for (byte b : new byte[] {'d', 'a', 't', 'a', ':', (byte) 0xc3, '\n', '\n'}) {
      parser.take(b);
    }
    assertThat(parser.breaches()).containsExactly("a line is not UTF-8");
  }

  @ParameterizedTest
  @ValueSource(strings = {"data: x", "data: x\n"})
  void an_end_within_an_event_is_written_down(String text) {
    take(text);
    parser.end();
    assertThat(parser.breaches()).singleElement().asString().contains("ends within");
    assertThat(items).isEmpty();
  }
}
