package dev.headway.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DevelopmentKeyTest {
  @TempDir private Path directory;

  @Test
  void the_first_use_makes_a_key_that_only_its_owner_may_read() throws Exception {
    var file = directory.resolve("a/b/key");

    var key = DevelopmentKey.at(file);

    assertThat(key.bytes()).hasSize(32);
    assertThat(mode(file)).isEqualTo("rw-------");
    assertThat(mode(directory.resolve("a/b"))).isEqualTo("rwx------");
    try (var files = Files.list(file.getParent())) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void later_uses_read_the_same_key_and_two_files_hold_two_keys() {
    var key = DevelopmentKey.at(directory.resolve("key"));
    assertThat(DevelopmentKey.at(directory.resolve("key")).bytes()).isEqualTo(key.bytes());
    assertThat(DevelopmentKey.at(directory.resolve("other")).bytes()).isNotEqualTo(key.bytes());
  }

  @Test
  void many_who_make_it_at_once_end_with_the_same_key() throws Exception {
    var start = new CountDownLatch(1);
    var uses = new ArrayList<Callable<String>>();
    for (int i = 0; i < 16; i++) {
      uses.add(() -> {
        start.await();
        return Arrays.toString(DevelopmentKey.at(directory.resolve("key")).bytes());
      });
    }
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var keys = uses.stream().map(threads::submit).toList();
      start.countDown();
      for (var key : keys) {
        assertThat(key.get()).isEqualTo(keys.getFirst().get());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rw-rw-rw-", "rwxr-xr-x"})
  void a_key_that_others_may_touch_is_refused_with_what_to_do(String mode) throws Exception {
    var file = directory.resolve("key");
    DevelopmentKey.at(file);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));

    assertThatThrownBy(() -> DevelopmentKey.at(file))
        .isInstanceOf(CannotStartException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("chmod 600");
  }

  @Test
  void its_owner_may_protect_it_further() throws Exception {
    var file = directory.resolve("key");
    var key = DevelopmentKey.at(file);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--------"));
    assertThat(DevelopmentKey.at(file).bytes()).isEqualTo(key.bytes());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "short", "not base 64 at all, but long enough to be a key of 32 bytes"})
  void a_file_without_a_key_is_refused_and_kept(String content) throws Exception {
    var file = directory.resolve("key");
    DevelopmentKey.at(file);
    Files.writeString(file, content);

    assertThatThrownBy(() -> DevelopmentKey.at(file))
        .isInstanceOf(CannotStartException.class)
        .hasMessageContaining("holds no key");
    assertThat(file).hasContent(content);
  }

  @Test
  void a_directory_in_its_place_is_told_in_one_sentence() {
    assertThatThrownBy(() -> DevelopmentKey.at(directory))
        .isInstanceOf(CannotStartException.class)
        .hasMessageContaining(directory.toString());
  }

  @Test
  void its_place_follows_the_environment_and_then_the_home() {
    var home = Path.of("/home/jane");
    assertThat(DevelopmentKey.location(Map.of(), home))
        .isEqualTo(Path.of("/home/jane/.local/share/headway/development-key"));
    assertThat(DevelopmentKey.location(Map.of("XDG_DATA_HOME", "/data"), home))
        .isEqualTo(Path.of("/data/headway/development-key"));
    assertThat(DevelopmentKey.location(Map.of("XDG_DATA_HOME", "relative"), home))
        .isEqualTo(Path.of("/home/jane/.local/share/headway/development-key"));
    assertThat(
            DevelopmentKey.location(
                Map.of("XDG_DATA_HOME", "/data", DevelopmentKey.VARIABLE, "/run/key"), home))
        .isEqualTo(Path.of("/run/key"));
  }

  @Test
  void it_never_shows_itself() {
    var key = DevelopmentKey.at(directory.resolve("key"));
    assertThat(key).hasToString("DevelopmentKey[…]");
    key.bytes()[0]++;
    assertThat(key.bytes()).isEqualTo(DevelopmentKey.at(directory.resolve("key")).bytes());
  }

  private static String mode(Path file) throws Exception {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }
}
