package dev.headway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headway.local.CannotStartException;
import dev.headway.local.DevelopmentKey;
import dev.headway.local.FreePorts;
import dev.headway.local.LocalConfig;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocalSystemTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({"0, Headway itself", "4, the stand-in for the language model"})
  void a_taken_port_is_found_before_anything_starts(int offset, String wantedBy) throws Exception {
    int first = FreePorts.first();
    Path data = folder.resolve("data");
    try (var taken = new ServerSocket(first + offset, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      var config = new LocalConfig(first, Optional.of(data));
      var environment = Map.of(DevelopmentKey.VARIABLE, folder.resolve("key").toString());
      assertThatThrownBy(() -> LocalSystem.start(config, environment))
          .isInstanceOf(CannotStartException.class)
          .hasMessageContaining("Port " + taken.getLocalPort() + " is taken")
          .hasMessageContaining(wantedBy);
    }
    assertThat(data).doesNotExist();
  }
}
