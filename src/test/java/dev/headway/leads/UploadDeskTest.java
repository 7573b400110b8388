package dev.headway.leads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.headway.api.AcceptedUpload;
import dev.headway.api.NewUpload;
import dev.headway.api.ProblemCode;
import dev.headway.api.ProblemException;
import dev.headway.status.OwnerId;
import dev.headway.status.Status;
import dev.headway.store.DynamoDbLocal;
import dev.headway.store.ProcessingStatusService;
import dev.headway.store.Promises;
import dev.headway.store.SharedDynamoDbLocal;
import dev.headway.store.StatusTable;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

@ExtendWith(SharedDynamoDbLocal.class)
class UploadDeskTest {
  private static final OwnerId OWNER = new OwnerId("auth0|somebody");

  private final S3Presigner presigner =
      S3Presigner.builder()
          .region(Region.EU_CENTRAL_1)
          .credentialsProvider(
              StaticCredentialsProvider.create(AwsBasicCredentials.create("key", "secret")))
          .build();

  private final DynamoDbLocal dynamo;
  private final ProcessingStatusService statuses;
  private final UploadDesk desk;

  UploadDeskTest(DynamoDbLocal dynamo) {
    this.dynamo = dynamo;
    statuses = statuses(dynamo.statusTable());
    desk = new UploadDesk(statuses, presigner, "uploads-bucket", UploadRules.DEFAULT);
  }

  private ProcessingStatusService statuses(StatusTable table) {
    return new ProcessingStatusService(
        dynamo.client(), table, InstantSource.system(), Promises.DEFAULT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"us-east-1", "eu-central-1"})
  void a_file_is_sent_to_the_origin_that_pages_are_allowed_to_send_to(String region) {
    try (var signing =
        UploadDesk.presigner(
            S3Presigner.builder()
                .region(Region.of(region))
                .credentialsProvider(
                    StaticCredentialsProvider.create(
                        AwsBasicCredentials.create("key", "secret"))))) {
      var accepted =
          new UploadDesk(statuses, signing, "uploads-bucket", UploadRules.DEFAULT)
              .accept(OWNER, new NewUpload("leads.csv", 10, Optional.empty()));
      assertThat(accepted.target().url())
          .hasScheme("https")
          .hasHost("uploads-bucket.s3." + region + ".amazonaws.com")
          .hasNoPort();
    }
  }

  @AfterEach
  void close() {
    presigner.close();
  }

  private static NewUpload upload(String name, long size) {
    return new NewUpload(name, size, Optional.of("application/octet-stream"));
  }

  private ProblemCode problem(NewUpload upload) {
    return catchThrowableOfType(ProblemException.class, () -> desk.accept(OWNER, upload)).code();
  }

  @Test
  void an_accepted_upload_has_a_record_and_a_signed_address() {
    AcceptedUpload accepted = desk.accept(OWNER, upload("Leads Q1.CSV", 1234));
    assertThat(accepted.status().status()).isEqualTo(Status.UPLOADING);
    assertThat(accepted.status().file().fileName()).isEqualTo("Leads Q1.CSV");
    assertThat(statuses.getStatus(accepted.status().uploadId())).contains(accepted.status());

    AcceptedUpload.Target target = accepted.target();
    assertThat(target.method()).isEqualTo("PUT");
    assertThat(target.url().getPath())
        .endsWith("/uploads/" + accepted.status().uploadId() + ".csv");
    assertThat(target.url().toString())
        .contains("X-Amz-Expires=900")
        .doesNotContain("somebody")
        .doesNotContainIgnoringCase("checksum");
  }

  @Test
  void size_and_type_are_part_of_the_signature() {
    AcceptedUpload.Target target = desk.accept(OWNER, upload("a.xlsx", 1234)).target();
    assertThat(target.url().getQuery())
        .contains("X-Amz-SignedHeaders=content-length;content-type;host");
    assertThat(target.headers())
        .containsOnlyKeys("content-type")
        .containsEntry(
            "Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
  }

  @Test
  void an_empty_file_is_accepted_here_and_judged_later() {
    assertThat(desk.accept(OWNER, upload("a.csv", 0)).status().file().fileSize()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.xls", "a.txt", "csv", "a.csv.exe", "a", "a.xlsm", "a.ods", ".csv."})
  void other_types_are_refused(String name) {
    assertThat(problem(upload(name, 10))).isEqualTo(ProblemCode.INVALID_FILE_TYPE);
  }

  @Test
  void an_old_workbook_gets_advice() {
    assertThat(
            catchThrowableOfType(
                    ProblemException.class, () -> desk.accept(OWNER, upload("a.XLS", 10)))
                .detail())
        .contains("Save it as .xlsx or .csv");
  }

  @Test
  void sizes_have_a_limit() {
    assertThat(desk.accept(OWNER, upload("a.csv", 50L << 20)).status().version()).isEqualTo(1);
    assertThat(problem(upload("a.csv", (50L << 20) + 1))).isEqualTo(ProblemCode.FILE_TOO_LARGE);
    assertThat(problem(upload("a.csv", -1))).isEqualTo(ProblemCode.INVALID_REQUEST);
  }

  @ParameterizedTest
  @CsvSource({
    "'C:\\Users\\ann\\leads.csv', leads.csv",
    "/home/ann/leads.csv, leads.csv",
    "'  leads.csv ', leads.csv",
    "'le\tads\u0000.csv', le_ads_.csv",
    "'le\u202Eads.csv', le_ads.csv",
    "Größe 日本 🙂.csv, Größe 日本 🙂.csv"
  })
  void a_name_is_made_fit_to_be_shown(String given, String shown) {
    assertThat(desk.accept(OWNER, upload(given, 1)).status().file().fileName()).isEqualTo(shown);
  }

  @Test
  void a_name_has_characters_but_not_too_many() {
    assertThat(problem(upload("", 1))).isEqualTo(ProblemCode.INVALID_REQUEST);
    assertThat(problem(upload("folder/", 1))).isEqualTo(ProblemCode.INVALID_REQUEST);
    assertThat(problem(upload("x".repeat(252) + ".csv", 1))).isEqualTo(ProblemCode.INVALID_REQUEST);
    assertThat(desk.accept(OWNER, upload("x".repeat(251) + ".csv", 1)).status().version())
        .isEqualTo(1);
  }

  @Test
  void without_the_table_nothing_is_accepted() {
    UploadDesk broken =
        new UploadDesk(
            statuses(new StatusTable("NoSuchTable")), presigner, "bucket", UploadRules.DEFAULT);
    assertThat(
            catchThrowableOfType(
                    ProblemException.class, () -> broken.accept(OWNER, upload("a.csv", 1)))
                .code())
        .isEqualTo(ProblemCode.DATABASE_UNAVAILABLE);
  }
}
