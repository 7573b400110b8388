package dev.headway.infra;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What is deployed, by where it lies in the checkout.
 *
 * @param root of the checkout, from which the service's image is built
 * @param lambdaJar the workers
 * @param page the static files
 */
record Sources(Path root, Path lambdaJar, Path page) {

  /** Builds the jar of the workers where it is missing; it takes about a minute then. */
  static Sources under(Path checkout) {
    Path root = checkout.toAbsolutePath().normalize();
    Path jar = root.resolve("target/headway-lambda.jar");
    if (!Files.isRegularFile(jar)) {
      build(root);
    }
    if (!Files.isRegularFile(jar)) {
      throw new IllegalStateException("the build made no " + jar);
    }
    return new Sources(root, jar, root.resolve("src/main/resources/webroot"));
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
