package dev.headway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenCommandTest {
  private final Scene scene = new Scene();

  private int token(String... arguments) throws InterruptedException {
    return scene.token((sub, ttl) -> sub.value() + "/" + ttl, arguments);
  }

  @Test
  void the_token_is_all_that_is_printed() throws Exception {
    assertThat(token("--sub", "ada")).isZero();
    assertThat(scene.out()).isEqualTo("ada/PT1H\n");
    assertThat(scene.err()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"90s, PT1M30S", "15m, PT15M", "12h, PT12H", "7d, P7D", "PT2H, PT2H", "30d, P30D"})
  void it_lives_as_long_as_asked(String ttl, Duration expected) throws Exception {
    assertThat(token("--sub", "ada", "--ttl", ttl)).isZero();
    assertThat(scene.out()).isEqualTo("ada/" + expected + "\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0s", "31d", "1w", "-1h", "PT-5M", "", "999999999d", "9999999999s", "1"})
  void a_time_to_live_that_is_none_exits_with_2(String ttl) throws Exception {
    assertThat(token("--sub", "ada", "--ttl=" + ttl)).isEqualTo(2);
    assertThat(scene.err()).startsWith("headway: --ttl is ");
    assertThat(scene.out()).isEmpty();
  }

  @Test
  void a_token_is_for_somebody() throws Exception {
    assertThat(token()).isEqualTo(2);
    assertThat(token("--sub", " ")).isEqualTo(2);
    assertThat(token("ada")).isEqualTo(2);
    assertThat(scene.err())
        .contains("--sub USER is missing.", "--sub is the name of a user.", "What is ada for?");
  }
}
