package dev.headway.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WaitPreferenceTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "wait=20 | 20",
        "WAIT=20 | 20",
        "wait = 20 | 20",
        "wait=\"20\" | 20",
        "wait=060 | 60",
        "wait=61 | 60",
        "wait=99999999999999999999999 | 60",
        "respond-async, wait=5, handling=lenient | 5",
        "handling=lenient;level=\"a,b;wait=1\", wait=7;x=y | 7",
        "foo=\"a \\\" , wait=3 \", wait=4 | 4",
        ",, wait=9 | 9",
        "wait=5, wait=50 | 5",
      })
  void who_says_how_long_waits(String header, int seconds) {
    assertThat(WaitPreference.parse(List.of(header)))
        .contains(new WaitPreference(Duration.ofSeconds(seconds)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "wait",
        "wait=",
        "wait=0",
        "wait=-5",
        "wait=+5",
        "wait=1.5",
        "wait=20s",
        "wait=\"",
        "wait=\"20",
        "wait=٢",
        "waiting=20",
        "respond-async;wait=20",
        "foo=\"wait=20\"",
        "foo=\", wait=20",
        "wait=x, wait=20",
      })
  void what_says_nothing_of_the_kind_is_no_preference(String header) {
    assertThat(WaitPreference.parse(List.of(header))).isEmpty();
  }

  @Test
  void several_headers_are_one_list() {
    assertThat(WaitPreference.parse(List.of("respond-async", "wait=3", "wait=30")))
        .contains(new WaitPreference(Duration.ofSeconds(3)));
    assertThat(WaitPreference.parse(List.of())).isEmpty();
  }

  @Test
  void a_wait_lasts_a_minute_at_most() {
    assertThatThrownBy(() -> new WaitPreference(Duration.ofSeconds(61)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new WaitPreference(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
