package dev.headway.leads;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.status.ErrorCode;
import dev.headway.status.FileAcceptance;
import dev.headway.status.OwnerId;
import dev.headway.status.ProcessingStatus;
import dev.headway.status.Status;
import dev.headway.status.UploadId;
import dev.headway.store.AwaitedFiles;
import dev.headway.store.DynamoDbLocal;
import dev.headway.store.ProcessingStatusService;
import dev.headway.store.Promises;
import dev.headway.store.SharedDynamoDbLocal;
import dev.headway.store.StatusTable;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

@ExtendWith(SharedDynamoDbLocal.class)
class UploadSweepTest {
  private static final OwnerId OWNER = new OwnerId("ada");

  private final DynamoDbLocal dynamoDb;
  private final StatusTable table;
  private final UploadId id = UploadId.random();
  private Instant now = Instant.now();
  private final InstantSource clock = () -> now;
  private final ProcessingStatusService statuses;
  private final UploadSweep sweep;

  UploadSweepTest(DynamoDbLocal dynamoDb) {
    this.dynamoDb = dynamoDb;
    // Of its own for each test: they count what a sweep finds.
    table = dynamoDb.statusTable("Sweep-" + id);
    statuses = new ProcessingStatusService(dynamoDb.client(), table, clock, Promises.DEFAULT);
    sweep = new UploadSweep(new AwaitedFiles(dynamoDb.client(), table), statuses, clock);
  }

  private static final Duration OVERDUE = Promises.DEFAULT.uploading().plus(UploadSweep.GRACE);

  private ProcessingStatus status() {
    return statuses.getStatus(id).orElseThrow();
  }

  @Test
  void an_upload_without_its_file_ends_when_its_deadline_and_the_grace_are_over() {
    statuses.createStatus(id, OWNER, "leads.csv", 10);

    now = now.plus(OVERDUE);
    assertThat(sweep.run()).isZero();
    assertThat(status().status()).isEqualTo(Status.UPLOADING);

    now = now.plusMillis(1);
    assertThat(sweep.run()).isEqualTo(1);
    assertThat(status().error().orElseThrow().code()).isEqualTo(ErrorCode.UPLOAD_INCOMPLETE);
    assertThat(sweep.run()).isZero();
  }

  @Test
  void the_address_is_over_long_before_its_upload_is_given_up() {
    Duration transfer = UploadRules.DEFAULT.validity(); // one that began in the last moment
    assertThat(Promises.DEFAULT.uploading())
        .isGreaterThanOrEqualTo(UploadRules.DEFAULT.validity().plus(transfer));
  }

  @Test
  void an_upload_that_was_marked_stalled_ends_as_well() {
    statuses.createStatus(id, OWNER, "leads.csv", 10);
    statuses.markStalled(id, 1);
    now = now.plus(OVERDUE).plusMillis(1);
    assertThat(sweep.run()).isEqualTo(1);
    assertThat(status().stalled()).isFalse();
  }

  @Test
  void an_upload_whose_file_arrived_goes_on_however_long_it_takes() {
    statuses.createStatus(id, OWNER, "leads.csv", 10);
    statuses.acceptFile(id, "file");
    ProcessingStatus before = status();
    now = now.plus(OVERDUE).plus(OVERDUE);
    assertThat(sweep.run()).isZero();
    assertThat(status()).isEqualTo(before);
  }

  @Test
  void a_file_that_arrives_while_the_sweep_looks_wins() {
    statuses.createStatus(id, OWNER, "leads.csv", 10);
    now = now.plus(OVERDUE).plusMillis(1);
    var late = new ProcessingStatusService(dynamoDb.client(), table, clock, Promises.DEFAULT);
    InstantSource arrivesBehindTheRead =
        new InstantSource() {
          private int reads;

          @Override
          public Instant instant() {
            // First the sweep reads it, then the record's life is judged, then the end is written.
            if (++reads == 2) {
              assertThat(late.acceptFile(id, "file")).isInstanceOf(FileAcceptance.Accepted.class);
            }
            return now;
          }
        };
    var slow =
        new ProcessingStatusService(
            dynamoDb.client(), table, arrivesBehindTheRead, Promises.DEFAULT);

    assertThat(new UploadSweep(new AwaitedFiles(dynamoDb.client(), table), slow, clock).run())
        .isZero();

    assertThat(status().status()).isEqualTo(Status.UPLOADED);
  }

  @Test
  void a_file_that_arrives_behind_the_sweep_changes_nothing() {
    statuses.createStatus(id, OWNER, "leads.csv", 10);
    now = now.plus(OVERDUE).plusMillis(1);
    sweep.run();
    ProcessingStatus end = status();
    assertThat(statuses.acceptFile(id, "file")).isEqualTo(new FileAcceptance.Declined(end));
    assertThat(status()).isEqualTo(end);
  }

  @Test
  void an_item_that_is_no_record_does_not_keep_the_others_waiting() {
    var _ =
        dynamoDb
            .client()
            .putItem(put ->
                put.tableName(table.name())
                    .item(
                        Map.of(
                            "uploadId", AttributeValue.fromS("nonsense"),
                            "awaits", AttributeValue.fromS("file"),
                            "deadline", AttributeValue.fromS("2000-01-01T00:00:00.000Z"))));
    statuses.createStatus(id, OWNER, "leads.csv", 10);
    now = now.plus(OVERDUE).plusMillis(1);
    assertThat(sweep.run()).isEqualTo(1);
  }
}
