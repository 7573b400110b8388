package dev.headway.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConditionalTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"17\"",
        "W/\"17\"",
        " \"17\" ",
        "\"3\", \"17\"",
        "\"17\",W/\"3\"",
        "\"a,b\", \"17\"",
        "garbage, \"17\"",
        ",,\"17\",,",
        "*",
        " * ",
      })
  void a_caller_who_has_17_holds_it(String header) {
    assertThat(Conditional.parse(List.of(header)).holds(17)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "17",
        "\"17",
        "17\"",
        "\"017\"",
        "\"-17\"",
        "\"+17\"",
        "\" 17\"",
        "\"17-gzip\"",
        "\"1\", \"7\"",
        "\"16\"",
        "\"99999999999999999999999\"",
        "w/\"18\"",
        "\"*\"",
        "\u0000",
      })
  void a_caller_who_has_something_else_does_not(String header) {
    assertThat(Conditional.parse(List.of(header)).holds(17)).isFalse();
  }

  @Test
  void the_newest_version_seen_is_the_least_to_answer_with() {
    assertThat(Conditional.parse(List.of("\"3\", W/\"300\"", "\"17\"")).atLeast()).isEqualTo(300);
    assertThat(Conditional.parse(List.of("*")).atLeast()).isZero();
    assertThat(Conditional.parse(List.of()).atLeast()).isZero();
    assertThat(Conditional.parse(List.of("\"9223372036854775808\"")).atLeast()).isZero();
    assertThat(Conditional.parse(List.of("\"9223372036854775807\"")).atLeast())
        .isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void a_list_without_end_is_not_read_to_its_end() {
    Conditional conditional = Conditional.parse(List.of("\"1\",".repeat(100_000) + "\"17\""));
    assertThat(conditional.holds(1)).isTrue();
    assertThat(conditional.holds(17)).isFalse();
  }

  @Test
  void the_last_event_id_of_the_header_is_newer_than_that_of_the_query() {
    assertThat(LastEventId.parse(Optional.of("17"), Optional.of("3"))).hasValue(17);
    assertThat(LastEventId.parse(Optional.empty(), Optional.of("3"))).hasValue(3);
    assertThat(LastEventId.parse(Optional.of("nonsense"), Optional.of("3"))).hasValue(3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "-1", "1.5", "17a", "9223372036854775808", "١٧", "1e3"})
  void a_last_event_id_that_is_no_version_is_ignored(String text) {
    assertThat(LastEventId.parse(Optional.of(text), Optional.of(text)))
        .isEqualTo(OptionalLong.empty());
  }
}
