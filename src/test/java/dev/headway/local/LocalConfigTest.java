package dev.headway.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocalConfigTest {
  @Test
  void the_four_ports_after_the_service_are_used() {
    var config = new LocalConfig(LocalConfig.DEFAULT_PORT, Optional.empty());
    assertThat(config.dynamoDb()).isEqualTo(URI.create("http://127.0.0.1:8081"));
    assertThat(config.sqs()).isEqualTo(URI.create("http://127.0.0.1:8082"));
    assertThat(config.s3()).isEqualTo(URI.create("http://127.0.0.1:8083"));
    assertThat(config.model()).isEqualTo(URI.create("http://127.0.0.1:8084"));
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 65_532, 65_535, 70_000})
  void a_port_without_four_after_it_is_refused(int port) {
    assertThatThrownBy(() -> new LocalConfig(port, Optional.empty()))
        .hasMessageContaining("1 to 65531");
  }

  @Test
  void the_directory_does_not_depend_on_where_the_program_is_later() {
    assertThat(new LocalConfig(8080, Optional.of(Path.of("x/../data"))).data())
        .contains(Path.of("data").toAbsolutePath());
  }
}
