package dev.headway.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DelayTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0, 0",
    "300ms, 300, 300",
    "2s, 2000, 2000",
    "150ms-600ms, 150, 600",
    "150-600, 150, 600",
    "' 500 MS - 2 S ', 500, 2000"
  })
  void the_variable_is_one_duration_or_two(String text, long least, long most) {
    assertThat(Delay.of(Map.of(Delay.VARIABLE, text)))
        .isEqualTo(new Delay(Duration.ofMillis(least), Duration.ofMillis(most)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"soon", "-5ms", "5m", "600ms-150ms", "1h", "99999999", "601s", "1s-2s-3s"})
  void nonsense_is_refused(String text) {
    assertThatThrownBy(() -> Delay.of(Map.of(Delay.VARIABLE, text)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void without_the_variable_it_is_the_default() {
    assertThat(Delay.of(Map.of())).isEqualTo(Delay.DEFAULT);
    assertThat(Delay.of(Map.of(Delay.VARIABLE, " "))).isEqualTo(Delay.DEFAULT);
  }

  @Test
  void it_is_somewhere_in_its_range() {
    var delay = Delay.parse("100ms-300ms");
    assertThat(delay.at(0)).isEqualTo(Duration.ofMillis(100));
    assertThat(delay.at(0.5)).isEqualTo(Duration.ofMillis(200));
  }
}
