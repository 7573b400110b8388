package dev.headway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What the build made to be shipped: {@code headway.jar} beside {@code lib/}, and the Lambda jar.
 */
class ArtifactsIT {
  private static final Path TARGET = Path.of("target");
  private static final Path SERVICE = TARGET.resolve("headway.jar");
  private static final Path LIB = TARGET.resolve("lib");
  private static final Path LAMBDA = TARGET.resolve("headway-lambda.jar");

  /** DynamoDB Local's licence forbids shipping it; the other two have no business outside. */
  private static final List<String> EMULATORS =
      List.of(
          "software/amazon/dynamodb/services/local/",
          "com/amazonaws/services/dynamodbv2/datamodel/",
          "com/almworks/sqlite4java/",
          "org/elasticmq/",
          "org/gaul/");

  @Test
  void no_emulator_is_in_anything_that_is_shipped() throws IOException {
    assertThat(entries(SERVICE).filter(isIn(EMULATORS))).isEmpty();
    assertThat(entries(LAMBDA).filter(isIn(EMULATORS))).isEmpty();
    assertThat(entriesOfAll(LIB).filter(isIn(EMULATORS))).isEmpty();
  }

  /** Guards the list above against a new version of an emulator that moved its classes. */
  @Test
  void every_emulator_is_recognized_where_it_may_be() throws IOException {
    var local = entriesOfAll(TARGET.resolve("lib-local")).toList();
    assertThat(EMULATORS.stream().filter(room -> local.stream().noneMatch(isIn(List.of(room)))))
        .isEmpty();
  }

  @Test
  void the_service_finds_every_library_beside_it() throws IOException {
    try (var jar = new JarFile(SERVICE.toFile())) {
      var manifest = jar.getManifest().getMainAttributes();
      assertThat(manifest.getValue(Attributes.Name.MAIN_CLASS)).isEqualTo("dev.headway.Main");
      var libraries = manifest.getValue(Attributes.Name.CLASS_PATH).split(" ", -1);
      assertThat(libraries)
          .isNotEmpty()
          .allSatisfy(library -> assertThat(TARGET.resolve(library)).isRegularFile());
    }
  }

  @Test
  void the_lambda_jar_holds_the_workers_and_no_server() throws IOException {
    var foreign =
        List.of(
            "dev/headway/hub/",
            "dev/headway/sse/",
            "dev/headway/http/",
            "dev/headway/tail/",
            "dev/headway/local/",
            "dev/headway/cli/",
            "webroot/",
            "io/vertx/",
            "io/netty/",
            "software/amazon/kinesis/");
    assertThat(entries(LAMBDA).filter(isIn(foreign))).isEmpty();
    assertThat(entries(LAMBDA).filter("dev/headway/status/ProcessingStatus.class"::equals))
        .hasSize(1);
    assertThat(entries(LAMBDA).filter("org/slf4j/LoggerFactory.class"::equals)).hasSize(1);
  }

  private static Predicate<String> isIn(List<String> rooms) {
    return entry -> rooms.stream().anyMatch(entry::startsWith);
  }

  private static Stream<String> entriesOfAll(Path folder) throws IOException {
    var entries = new ArrayList<String>();
    try (var jars = Files.newDirectoryStream(folder, "*.jar")) {
      for (Path jar : jars) {
        entries.addAll(entries(jar).toList());
      }
    }
    return entries.stream();
  }

  private static Stream<String> entries(Path path) throws IOException {
    try (var jar = new JarFile(path.toFile())) {
      return jar.stream().map(JarEntry::getName).toList().stream();
    }
  }
}
