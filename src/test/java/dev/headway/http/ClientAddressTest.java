package dev.headway.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientAddressTest {
  private static final ByteBuffer NOBODY = ByteBuffer.allocate(0);

  private static ByteBuffer direct(String address) {
    return new ClientAddress(0).of(List.of(), address);
  }

  private static ByteBuffer behind(int proxies, String... forwarded) {
    return new ClientAddress(proxies).of(List.of(forwarded), "10.0.0.1");
  }

  @Test
  void an_entry_that_the_client_wrote_itself_does_not_count() {
    assertThat(behind(1, "1.1.1.1, 203.0.113.9")).isEqualTo(direct("203.0.113.9"));
    assertThat(behind(2, "1.1.1.1, 203.0.113.9, 10.0.0.7")).isEqualTo(direct("203.0.113.9"));
    assertThat(behind(2, "1.1.1.1", "203.0.113.9", "10.0.0.7")).isEqualTo(direct("203.0.113.9"));
  }

  @Test
  void a_request_that_came_past_the_proxies_counts_as_its_connection() {
    assertThat(behind(1)).isEqualTo(direct("10.0.0.1"));
    assertThat(behind(2, "203.0.113.9")).isEqualTo(direct("10.0.0.1"));
  }

  @ParameterizedTest
  @CsvSource({
    "203.0.113.9:4711, 203.0.113.9",
    "[2001:db8::1]:4711, 2001:db8::1",
    "[2001:db8::1], 2001:db8::1",
    "::ffff:203.0.113.9, 203.0.113.9"
  })
  void one_address_is_written_in_several_ways(String written, String meant) {
    assertThat(behind(1, written)).isEqualTo(direct(meant));
  }

  @Test
  void a_subscriber_of_IPv6_has_a_whole_network() {
    assertThat(direct("2001:db8:1:2::1"))
        .isEqualTo(direct("2001:db8:1:2:ffff::9"))
        .isNotEqualTo(direct("2001:db8:1:3::1"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "unknown", "_hidden", "localhost", "1.2.3.4.5", "[::1", ":", "x\r\ny"})
  void what_is_no_address_is_one_client_and_no_name_is_looked_up(String entry) {
    assertThat(behind(1, entry)).isEqualTo(NOBODY);
    assertThat(behind(1, "9".repeat(10_000))).isEqualTo(NOBODY);
  }
}
