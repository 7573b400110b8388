package dev.headway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
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
  private static final Path BILL = TARGET.resolve("headway-sbom.json");

  /** The same by the groups of their artifacts. */
  private static final Pattern EMULATOR_GROUPS =
      Pattern.compile("software[.]amazon[.]dynamodb|org[.]elasticmq|org[.]gaul|com[.]almworks.*");

  /** May be shipped inside of a program under the Apache licence; of several one is chosen. */
  private static final Set<String> LICENCES =
      Set.of("Apache-2.0", "MIT", "MIT-0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0");

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
  void the_bill_of_materials_is_what_lies_beside_the_service_byte_for_byte() throws Exception {
    var shipped = new TreeMap<String, String>();
    try (var jars = Files.newDirectoryStream(LIB, "*.jar")) {
      for (Path jar : jars) {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(jar));
        shipped.put(jar.getFileName().toString(), HexFormat.of().formatHex(digest));
      }
    }
    var listed = new TreeMap<String, String>();
    for (JsonNode library : bill()) {
      for (JsonNode hash : library.path("hashes")) {
        if (hash.path("alg").asText().equals("SHA-256")) {
          listed.put(fileOf(library), hash.path("content").asText());
        }
      }
    }
    assertThat(listed).isEqualTo(shipped);
  }

  @Test
  void no_emulator_is_in_the_bill_of_materials() throws IOException {
    assertThat(bill())
        .extracting(library -> library.path("group").asText())
        .isNotEmpty()
        .noneMatch(group -> EMULATOR_GROUPS.matcher(group).matches());
  }

  @Test
  void every_library_has_a_licence_that_allows_to_ship_it_and_is_listed() throws IOException {
    var lines = new TreeSet<String>();
    for (JsonNode library : bill()) {
      List<String> licences = licencesOf(library);
      assertThat(licences).as(library.path("purl").asText()).containsAnyElementsOf(LICENCES);
      lines.add(
          "| `%s:%s` | %s | %s |"
              .formatted(
                  library.path("group").asText(),
                  library.path("name").asText(),
                  library.path("version").asText(),
                  String.join(" or ", licences)));
    }
    String head =
        """
        # Licences of what is shipped

        Headway itself is under the [Apache License 2.0](../LICENSE). These libraries lie beside the service; the Lambda jar holds some of them. Of several licences the first that is not an EPL is chosen. Made from the bill of materials: when it has changed, `ArtifactsIT` leaves the new list in `target/licences.md`.

        | library | version | licence |
        |---|---|---|
        """;
    String list = head + String.join("\n", lines) + "\n";
    Files.writeString(TARGET.resolve("licences.md"), list);
    assertThat(Files.readString(Path.of("docs", "licences.md"))).isEqualTo(list);
  }

  @Test
  void the_lambda_jar_holds_nothing_that_is_not_in_the_bill() throws IOException {
    Set<String> listed = entriesOfAll(LIB).collect(Collectors.toSet());
    assertThat(entries(LAMBDA).filter(entry -> entry.endsWith(".class")))
        .isNotEmpty()
        .allMatch(entry -> entry.startsWith("dev/headway/") || listed.contains(entry));
  }

  /**
   * There is no Docker where this was written, so the image is judged by what is copied into it.
   */
  @Test
  void into_the_image_goes_the_service_with_its_libraries_and_nothing_else() throws IOException {
    String dockerfile = Files.readString(Path.of("Dockerfile"));
    String built = dockerfile.substring(dockerfile.indexOf("RUN mvn"));
    assertThat(built.lines().filter(line -> line.matches("(COPY|ADD|RUN cp) .*")))
        .containsExactly(
            "RUN cp -a target/headway.jar target/lib /opt/headway/",
            "COPY docker/ /opt/headway/",
            "COPY --from=build /opt/headway /opt/headway");
    try (Stream<Path> files = Files.walk(Path.of("docker"))) {
      assertThat(files.filter(file -> file.toString().endsWith(".jar"))).isEmpty();
    }
    assertThat(Files.readAllLines(Path.of(".dockerignore"))).contains("target");
  }

  private static List<JsonNode> bill() throws IOException {
    assumeTrue(Files.exists(BILL), "built with -Dcyclonedx.skip");
    var libraries = new ArrayList<JsonNode>();
    new ObjectMapper().readTree(BILL.toFile()).path("components").forEach(libraries::add);
    return libraries;
  }

  private static String fileOf(JsonNode library) {
    Matcher classifier =
        Pattern.compile("classifier=([^&]+)").matcher(library.path("purl").asText());
    return library.path("name").asText()
        + "-"
        + library.path("version").asText()
        + (classifier.find() ? "-" + classifier.group(1) : "")
        + ".jar";
  }

  private static List<String> licencesOf(JsonNode library) {
    var licences = new ArrayList<String>();
    for (JsonNode licence : library.path("licenses")) {
      licences.add(licence.path("license").path("id").asText());
    }
    return licences;
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
