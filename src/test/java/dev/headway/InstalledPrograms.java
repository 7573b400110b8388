package dev.headway;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Which programs of the machine are there that some tests need. */
public final class InstalledPrograms {
  private InstalledPrograms() {}

  /** Those of the names that are not on the path. */
  public static List<String> missing(String... names) {
    String[] folders = System.getenv().getOrDefault("PATH", "").split(":", -1);
    return Arrays.stream(names)
        .filter(name -> Arrays.stream(folders).noneMatch(f -> Files.isExecutable(Path.of(f, name))))
        .toList();
  }
}
