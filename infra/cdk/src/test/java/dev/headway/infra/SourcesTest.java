package dev.headway.infra;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourcesTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  @TempDir private Path folder;

  private Path file(String name, Instant changed) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, name);
    return Files.setLastModifiedTime(file, FileTime.from(changed));
  }

  @Test
  void functions_are_built_anew_when_anything_that_they_are_made_of_is_newer() throws IOException {
    Path pom = file("pom.xml", NOON.minusSeconds(60));
    Path source = file("src/deep/A.java", NOON.minusSeconds(60));
    foldersAreOlder();
    List<Path> sources = List.of(pom, folder.resolve("src"));
    Path jar = folder.resolve("target/functions.jar");
    assertThat(Sources.isStale(jar, sources)).as("missing").isTrue();

    assertThat(Sources.isStale(file("target/functions.jar", NOON), sources)).isFalse();

    Files.setLastModifiedTime(source, FileTime.from(NOON.plusSeconds(1)));
    assertThat(Sources.isStale(jar, sources)).as("an earlier or a later commit").isTrue();
    Files.setLastModifiedTime(source, FileTime.from(NOON.minusSeconds(1)));
    Files.setLastModifiedTime(pom, FileTime.from(NOON.plusSeconds(1)));
    assertThat(Sources.isStale(jar, sources)).as("another library").isTrue();
  }

  @Test
  void functions_are_built_anew_when_a_file_that_they_were_made_of_is_gone() throws IOException {
    file("src/deep/A.java", NOON.minusSeconds(60));
    Path other = file("src/deep/B.java", NOON.minusSeconds(60));
    foldersAreOlder();
    List<Path> sources = List.of(folder.resolve("src"));
    Path jar = file("target/functions.jar", NOON);
    assertThat(Sources.isStale(jar, sources)).isFalse();

    Files.delete(other); // now, which is after that noon
    assertThat(Sources.isStale(jar, sources)).isTrue();
  }

  private void foldersAreOlder() throws IOException {
    for (String name : List.of("src/deep", "src")) {
      Files.setLastModifiedTime(folder.resolve(name), FileTime.from(NOON.minusSeconds(60)));
    }
  }
}
