package dev.headway;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Arrays;
import java.util.stream.Stream;

/** Holds the walls between the packages; docs/architecture.md has the plan of the house. */
@AnalyzeClasses(packages = "dev.headway", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String[] PLATFORM = {"java..", "org.jspecify..", "org.slf4j.."};
  private static final String AWS_SDK = "software.amazon.awssdk..";

  /**
   * What says where a span begins and ends; what becomes of it is known to {@code traces} alone.
   */
  private static final String SPANS = "io.opentelemetry.api..";

  private static final String SPANS_ON_THREADS = "io.opentelemetry.context..";
  private static final String JACKSON = "com.fasterxml.jackson..";

  /** Generous on purpose: vertx-web hands out types of Vert.x core and of its auth modules. */
  private static final String VERTX = "io.vertx..";

  @ArchTest
  static final ArchRule status_is_pure =
      room("status").mayUse("com.fasterxml.jackson.annotation..");

  @ArchTest static final ArchRule api_has_no_server = room("api", "status").mayUse(JACKSON);

  @ArchTest
  static final ArchRule store_is_DynamoDB_and_nothing_else =
      room("store", "status", "traces").mayUse(AWS_SDK, SPANS);

  @ArchTest
  static final ArchRule traces_alone_knows_what_becomes_of_spans =
      room("traces", "status").mayUse("io.opentelemetry..");

  @ArchTest
  static final ArchRule leads_knows_no_server =
      room("leads", "status", "api", "store", "traces")
          .mayUse(
              AWS_SDK,
              JACKSON,
              SPANS,
              SPANS_ON_THREADS,
              "de.siegmar.fastcsv..",
              "org.dhatim.fastexcel..",
              "org.apache.commons.compress..");

  @ArchTest
  static final ArchRule lambda_is_thin =
      room("lambda", "status", "api", "store", "leads", "traces")
          .mayUse(AWS_SDK, JACKSON, "com.amazonaws.services.lambda..");

  @ArchTest
  static final ArchRule tail_knows_KCL =
      room("tail", "status", "store")
          .mayUse(AWS_SDK, "software.amazon.kinesis..", "com.amazonaws.services.dynamodbv2..");

  @ArchTest
  static final ArchRule tail_uses_only_the_codec_of_the_store =
      noClasses()
          .that()
          .resideInAPackage("dev.headway.tail..")
          .should()
          .dependOnClassesThat(
              JavaClass.Predicates.resideInAPackage("dev.headway.store..")
                  .and(JavaClass.Predicates.simpleNameEndingWith("StatusCodec").negate()))
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule hub_knows_no_web =
      room("hub", "status")
          .mayUse("io.vertx.core..", "io.netty..", "com.github.benmanes.caffeine..");

  @ArchTest
  static final ArchRule bus_alone_knows_Redis =
      room("bus", "status", "hub").mayUse("io.vertx.core..", "io.vertx.redis..", JACKSON);

  @ArchTest
  static final ArchRule sse_knows_no_web =
      room("sse", "status", "hub").mayUse("io.vertx.core..", "io.netty..");

  @ArchTest
  static final ArchRule http_stores_nothing =
      room("http", "api", "status", "hub", "sse")
          .mayUse(
              VERTX,
              "io.netty..",
              "javax.crypto..",
              JACKSON,
              "com.github.benmanes.caffeine..",
              "io.github.bucket4j..");

  @ArchTest
  static final ArchRule ops_watches_only =
      room("ops").mayUse(VERTX, "io.micrometer..", "org.apache.logging.log4j..");

  /** The doctor reads certificates. */
  @ArchTest
  static final ArchRule cli_speaks_http_only =
      room("cli", "status").mayUse(JACKSON, "javax.net.ssl..", "javax.security.auth.x500..");

  @ArchTest
  static final ArchRule nothing_depends_on_the_top_of_the_house =
      noClasses()
          .that()
          .resideOutsideOfPackages("dev.headway", "dev.headway.local..", "dev.headway.http..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.headway", "dev.headway.local..", "dev.headway.http..");

  @ArchTest
  static final ArchRule no_room_is_built_in_a_circle =
      slices().matching("dev.headway.(*)..").should().beFreeOfCycles();

  /** A package with the packages of ours that it may use; its own is always among them. */
  private static Room room(String name, String... rooms) {
    return libraries -> {
      var ours = Stream.concat(Stream.of(name), Arrays.stream(rooms)).map(r -> "dev.headway." + r);
      var all = Stream.of(ours, Arrays.stream(PLATFORM), Arrays.stream(libraries)).flatMap(s -> s);
      return classes()
          .that()
          .resideInAPackage("dev.headway." + name)
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(all.toArray(String[]::new))
          .allowEmptyShould(true);
    };
  }

  private interface Room {
    ArchRule mayUse(String... libraries);
  }
}
