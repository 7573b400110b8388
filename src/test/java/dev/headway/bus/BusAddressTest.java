package dev.headway.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BusAddressTest {
  private static BusAddress parse(String text) {
    return BusAddress.parse(text, Optional.empty(), "channel");
  }

  @Test
  void a_host_is_enough() {
    BusAddress address = parse("redis://bus.example");
    assertThat(address.host()).isEqualTo("bus.example");
    assertThat(address.port()).isEqualTo(6379);
    assertThat(address.tls()).isFalse();
    assertThat(address.user()).isEmpty();
    assertThat(address.password()).isEmpty();
  }

  @Test
  void user_and_password_are_percent_decoded_and_a_plus_stays_a_plus() {
    BusAddress address = parse("rediss://no%40de:a%3Ab%2Fc+d@10.0.0.1:7000/");
    assertThat(address.user()).contains("no@de");
    assertThat(address.password()).contains("a:b/c+d");
    assertThat(address.port()).isEqualTo(7000);
    assertThat(address.tls()).isTrue();
  }

  @Test
  void a_password_needs_no_user() {
    BusAddress address = parse("redis://:secret@host");
    assertThat(address.user()).isEmpty();
    assertThat(address.password()).contains("secret");
  }

  @Test
  void a_log_shows_neither_user_nor_password() {
    assertThat(parse("redis://name:secret@host")).hasToString("redis://host:6379 channel channel");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "host:6379",
        "http://:secret@host",
        "redis://",
        "redis://:secret@",
        "redis://secret@host",
        "redis://:secret@host/1",
        "redis://:secret@host?db=1",
        "redis://:sec ret@host",
        "redis://:%zz-secret@host",
        ""
      })
  void what_is_no_address_is_refused_without_repeating_it(String text) {
    assertThatThrownBy(() -> parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasNoCause()
        .message()
        .doesNotContain("secret");
  }

  @Test
  void certificates_are_of_no_use_without_tls() {
    assertThatThrownBy(
            () -> BusAddress.parse("redis://host", Optional.of(Path.of("ca.pem")), "channel"))
        .hasMessageContaining("rediss");
  }
}
