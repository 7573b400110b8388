package dev.headway.infra;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.Stream;

/**
 * What is deployed, by where it lies in the checkout.
 *
 * @param root of the checkout, from which the service's image is built
 * @param lambdaJar the workers
 * @param page the static files
 */
record Sources(Path root, Path lambdaJar, Path page) {

  /**
   * Builds the jar of the workers where it is missing or older than what it is made of, as after a
   * pull or a rollback; it takes about a minute then.
   */
  static Sources under(Path checkout) {
    Path root = checkout.toAbsolutePath().normalize();
    Path jar = root.resolve("target/headway-lambda.jar");
    if (isStale(jar, List.of(root.resolve("pom.xml"), root.resolve("src/main")))) {
      build(root);
    }
    if (!Files.isRegularFile(jar)) {
      throw new IllegalStateException("the build made no " + jar);
    }
    return new Sources(root, jar, root.resolve("src/main/resources/webroot"));
  }

  /** Whether a file is missing, or older than a change in what it is made of. */
  static boolean isStale(Path made, List<Path> sources) {
    try {
      if (!Files.isRegularFile(made)) {
        return true;
      }
      FileTime since = Files.getLastModifiedTime(made);
      for (Path source : sources) {
        // Folders too: of a file that was deleted or renamed they alone tell.
        try (Stream<Path> files = Files.walk(source)) {
          for (Path file : files.filter(Files::exists).toList()) {
            if (Files.getLastModifiedTime(file).compareTo(since) > 0) {
              return true;
            }
          }
        }
      }
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void build(Path root) {
    // Without its checks: they are the service's own build's business.
    List<String> maven =
        List.of("mvn", "-B", "package", "-Dheadway.launch", "-Dheadway.lambda.skip=false");
    try {
      int status = new ProcessBuilder(maven).directory(root.toFile()).inheritIO().start().waitFor();
      if (status != 0) {
        throw new IllegalStateException("the jar of the workers could not be built");
      }
      // Without this build's notes the next whole one compiles, and so checks, everything.
      Plan.delete(root.resolve("target/maven-status"));
    } catch (IOException e) {
      throw new IllegalStateException("Maven could not be started: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the workers were built", e);
    }
  }
}
