package dev.headway.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headway.status.BatchResult;
import dev.headway.status.ErrorCode;
import dev.headway.status.Failure;
import dev.headway.status.FileAcceptance;
import dev.headway.status.OwnerId;
import dev.headway.status.ProcessingStatus;
import dev.headway.status.Progress;
import dev.headway.status.Stage;
import dev.headway.status.Status;
import dev.headway.status.StatusError;
import dev.headway.status.UploadId;
import dev.headway.status.WriteOutcome;
import dev.headway.status.WriteOutcome.Absent;
import dev.headway.status.WriteOutcome.Applied;
import dev.headway.status.WriteOutcome.Unchanged;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

@ExtendWith(SharedDynamoDbLocal.class)
class ProcessingStatusServiceTest {
  private static final OwnerId OWNER = new OwnerId("ada");
  private static final BatchResult TEN = new BatchResult(10, 8, 2);
  private static final Promises PROMISES =
      new Promises(Duration.ofMinutes(3), Duration.ofMinutes(2), Duration.ofMinutes(1));

  private final TestClock clock = new TestClock();
  private final UploadId id = UploadId.random();
  private final DynamoDbLocal dynamoDb;
  private final StatusTable table;
  private final ProcessingStatusService service;

  ProcessingStatusServiceTest(DynamoDbLocal dynamoDb) {
    this.dynamoDb = dynamoDb;
    this.table = dynamoDb.statusTable();
    this.service = new ProcessingStatusService(dynamoDb.client(), table, clock, PROMISES);
  }

  /**
   * Every operation on every state. An entry is the outcome (A applied, U unchanged, - absent) and
   * then the status and stage of the record, in short. The processing one is split into 3 batches
   * of which number 2 failed.
   */
  @ParameterizedTest(name = "{0} of an upload {1} gives {2}")
  @CsvSource({
    "createStatus,       absent,     A uploading file_upload",
    "createStatus,       expired,    A uploading file_upload",
    "createStatus,       uploading,  U uploading file_upload",
    "createStatus,       uploaded,   U uploaded file_processing",
    "createStatus,       processing, U processing batch_processing",
    "createStatus,       completed,  U completed completed",
    "createStatus,       error,      U error file_processing",
    "createStatus,       cancelled,  U cancelled file_upload",
    "toUploading,        absent,     -",
    "toUploading,        expired,    -",
    "toUploading,        uploading,  U uploading file_upload",
    "toUploading,        uploaded,   U uploaded file_processing",
    "toUploading,        processing, U processing batch_processing",
    "toUploading,        completed,  U completed completed",
    "toUploading,        error,      U error file_processing",
    "toUploading,        cancelled,  U cancelled file_upload",
    "toUploaded,         absent,     -",
    "toUploaded,         expired,    -",
    "toUploaded,         uploading,  A uploaded file_processing",
    "toUploaded,         uploaded,   U uploaded file_processing",
    "toUploaded,         processing, U processing batch_processing",
    "toUploaded,         completed,  U completed completed",
    "toUploaded,         error,      U error file_processing",
    "toUploaded,         cancelled,  U cancelled file_upload",
    "toProcessing,       absent,     -",
    "toProcessing,       expired,    -",
    "toProcessing,       uploading,  A processing file_processing",
    "toProcessing,       uploaded,   A processing file_processing",
    "toProcessing,       processing, U processing batch_processing",
    "toProcessing,       completed,  U completed completed",
    "toProcessing,       error,      U error file_processing",
    "toProcessing,       cancelled,  U cancelled file_upload",
    "acceptFile,         absent,     -",
    "acceptFile,         expired,    -",
    "acceptFile,         uploading,  A uploaded file_processing",
    "acceptFile,         uploaded,   A uploaded file_processing",
    "acceptFile,         processing, A processing batch_processing",
    "acceptFile,         completed,  U completed completed",
    "acceptFile,         error,      U error file_processing",
    "acceptFile,         cancelled,  U cancelled file_upload",
    "abandon,            absent,     -",
    "abandon,            expired,    -",
    "abandon,            uploading,  A error file_upload",
    "abandon,            uploaded,   U uploaded file_processing",
    "abandon,            processing, U processing batch_processing",
    "abandon,            completed,  U completed completed",
    "abandon,            error,      U error file_processing",
    "abandon,            cancelled,  U cancelled file_upload",
    "splitInto,          absent,     -",
    "splitInto,          expired,    -",
    "splitInto,          uploading,  A processing batch_processing",
    "splitInto,          uploaded,   A processing batch_processing",
    "splitInto,          processing, U processing batch_processing",
    "splitInto,          completed,  U completed completed",
    "splitInto,          error,      U error file_processing",
    "splitInto,          cancelled,  U cancelled file_upload",
    "completeBatch,      absent,     -",
    "completeBatch,      expired,    -",
    "completeBatch,      uploading,  A processing batch_processing",
    "completeBatch,      uploaded,   A processing batch_processing",
    "completeBatch,      processing, A processing batch_processing",
    "completeBatch,      completed,  U completed completed",
    "completeBatch,      error,      U error file_processing",
    "completeBatch,      cancelled,  U cancelled file_upload",
    "failBatch,          absent,     -",
    "failBatch,          expired,    -",
    "failBatch,          uploading,  A processing batch_processing",
    "failBatch,          uploaded,   A processing batch_processing",
    "failBatch,          processing, A processing batch_processing",
    "failBatch,          completed,  U completed completed",
    "failBatch,          error,      U error file_processing",
    "failBatch,          cancelled,  U cancelled file_upload",
    "confirmSent,        absent,     -",
    "confirmSent,        expired,    -",
    "confirmSent,        uploading,  U uploading file_upload",
    "confirmSent,        uploaded,   U uploaded file_processing",
    "confirmSent,        processing, U processing batch_processing",
    "confirmSent,        completed,  U completed completed",
    "confirmSent,        error,      U error file_processing",
    "confirmSent,        cancelled,  U cancelled file_upload",
    "completeProcessing, absent,     -",
    "completeProcessing, expired,    -",
    "completeProcessing, uploading,  U uploading file_upload",
    "completeProcessing, uploaded,   U uploaded file_processing",
    "completeProcessing, processing, U processing batch_processing",
    "completeProcessing, completed,  U completed completed",
    "completeProcessing, error,      U error file_processing",
    "completeProcessing, cancelled,  U cancelled file_upload",
    "setError,           absent,     -",
    "setError,           expired,    -",
    "setError,           uploading,  A error file_upload",
    "setError,           uploaded,   A error file_processing",
    "setError,           processing, A error batch_processing",
    "setError,           completed,  U completed completed",
    "setError,           error,      U error file_processing",
    "setError,           cancelled,  U cancelled file_upload",
    "cancel,             absent,     -",
    "cancel,             expired,    -",
    "cancel,             uploading,  A cancelled file_upload",
    "cancel,             uploaded,   A cancelled file_processing",
    "cancel,             processing, A cancelled batch_processing",
    "cancel,             completed,  U completed completed",
    "cancel,             error,      U error file_processing",
    "cancel,             cancelled,  U cancelled file_upload",
    "markStalled,        absent,     -",
    "markStalled,        expired,    -",
    "markStalled,        uploading,  A uploading file_upload",
    "markStalled,        uploaded,   A uploaded file_processing",
    "markStalled,        processing, A processing batch_processing",
    "markStalled,        completed,  U completed completed",
    "markStalled,        error,      U error file_processing",
    "markStalled,        cancelled,  U cancelled file_upload",
  })
  void an_operation_does_what_the_status_allows(String operation, String state, String expected) {
    bringTo(state);
    var before = service.getStatus(id);
    var itemBefore = item();
    clock.advance(Duration.ofSeconds(1));

    WriteOutcome outcome = run(operation);

    assertThat(inShort(outcome)).isEqualTo(expected);
    assertThat(service.getStatus(id)).isEqualTo(outcome.current());
    switch (outcome) {
      case Applied(ProcessingStatus after) when before.isPresent() ->
          assertThat(after.version()).isEqualTo(before.get().version() + 1);
      case Applied _ -> {}
      case Unchanged _, Absent() -> assertThat(item()).isEqualTo(itemBefore);
    }
  }

  private void bringTo(String state) {
    if (state.equals("absent")) {
      return;
    }
    create();
    switch (state) {
      case "uploading" -> {}
      case "expired" -> clock.advance(Duration.ofHours(24));
      case "uploaded" -> service.updateStatus(id, Status.UPLOADED, Stage.FILE_PROCESSING);
      case "processing" -> {
        service.splitInto(id, 3, 30);
        service.failBatch(id, 2);
      }
      case "completed" -> {
        service.splitInto(id, 1, 10);
        service.completeBatch(id, 1, TEN);
      }
      case "error" -> {
        service.updateStatus(id, Status.UPLOADED, Stage.FILE_PROCESSING);
        service.setError(id, Failure.UNREADABLE);
      }
      case "cancelled" -> service.cancel(id);
      default -> throw new AssertionError(state);
    }
  }

  private WriteOutcome run(String operation) {
    return switch (operation) {
      case "createStatus" -> create();
      case "toUploading" -> service.updateStatus(id, Status.UPLOADING, Stage.FILE_UPLOAD);
      case "toUploaded" -> service.updateStatus(id, Status.UPLOADED, Stage.FILE_PROCESSING);
      case "toProcessing" -> service.updateStatus(id, Status.PROCESSING, Stage.FILE_PROCESSING);
      case "acceptFile" ->
          switch (service.acceptFile(id, "5d41402a")) {
            case FileAcceptance.Accepted(ProcessingStatus record) -> new Applied(record);
            case FileAcceptance.Sent(ProcessingStatus record) -> new Unchanged(record);
            case FileAcceptance.Declined(ProcessingStatus record) -> new Unchanged(record);
            case FileAcceptance.Absent() -> new Absent();
          };
      case "abandon" ->
          service.abandon(id, service.getStatus(id).map(ProcessingStatus::version).orElse(1L));
      case "splitInto" -> service.splitInto(id, 3, 30);
      case "completeBatch" -> service.completeBatch(id, 1, TEN);
      case "failBatch" -> service.failBatch(id, 1);
      case "confirmSent" -> service.confirmSent(id, "5d41402a");
      case "completeProcessing" -> service.completeProcessing(id);
      case "setError" -> service.setError(id, Failure.SPLIT_FAILED);
      case "cancel" -> service.cancel(id);
      case "markStalled" ->
          service.markStalled(id, service.getStatus(id).map(ProcessingStatus::version).orElse(1L));
      default -> throw new AssertionError(operation);
    };
  }

  private static String inShort(WriteOutcome outcome) {
    return switch (outcome) {
      case Applied(ProcessingStatus r) -> "A " + r.status().wire() + " " + r.stage().wire();
      case Unchanged(ProcessingStatus r) -> "U " + r.status().wire() + " " + r.stage().wire();
      case Absent() -> "-";
    };
  }

  @Test
  void a_new_record_is_version_1_and_promises_the_file() {
    var created = applied(create());

    assertThat(created.version()).isEqualTo(1);
    assertThat(created.isOwnedBy(OWNER)).isTrue();
    assertThat(created.file().fileName()).isEqualTo("leads.xlsx");
    assertThat(created.file().fileSize()).isEqualTo(1_024_000);
    assertThat(created.progress()).isEqualTo(Progress.NONE);
    assertThat(created.createdAt()).isEqualTo(TestClock.START);
    assertThat(created.updatedAt()).isEqualTo(TestClock.START);
    assertThat(created.expiresAt()).isEqualTo(TestClock.START.plus(Duration.ofHours(24)));
    assertThat(created.deadline()).contains(TestClock.START.plus(PROMISES.uploading()));
    assertThat(service.getStatus(id)).contains(created);
  }

  @Test
  void creating_over_an_expired_record_replaces_it_whole_and_goes_on_from_its_version() {
    create();
    service.splitInto(id, 3, 30);
    service.completeBatch(id, 1, TEN);
    var old = applied(service.failBatch(id, 2));
    clock.advance(Duration.ofHours(24));

    var other = new OwnerId("grace");
    var created = applied(service.createStatus(id, other, "b.csv", 0));

    assertThat(created.version()).isEqualTo(old.version() + 1);
    assertThat(created.isOwnedBy(other)).isTrue();
    assertThat(created.progress()).isEqualTo(Progress.NONE);
    assertThat(item())
        .doesNotContainKeys("doneBatches", "failedBatches", "splitAt", "error")
        .containsEntry("version", AttributeValue.fromN(Long.toString(old.version() + 1)));
    assertThat(service.getStatus(id)).contains(created);
  }

  @Test
  void a_taken_id_shows_the_record_that_has_it() {
    var first = applied(create());

    assertThat(service.createStatus(id, new OwnerId("grace"), "b.csv", 1))
        .isEqualTo(new Unchanged(first));
  }

  @Test
  void a_step_back_in_either_status_or_stage_changes_nothing() {
    create();
    var there = applied(service.updateStatus(id, Status.UPLOADED, Stage.FILE_PROCESSING));

    assertThat(service.updateStatus(id, Status.PROCESSING, Stage.FILE_UPLOAD))
        .isEqualTo(new Unchanged(there));
    assertThat(service.updateStatus(id, Status.UPLOADING, Stage.BATCH_PROCESSING))
        .isEqualTo(new Unchanged(there));
  }

  @Test
  void the_stage_alone_may_move_forward() {
    create();
    service.updateStatus(id, Status.UPLOADED, Stage.FILE_UPLOAD);

    var moved = applied(service.updateStatus(id, Status.UPLOADED, Stage.FILE_PROCESSING));

    assertThat(moved.stage()).isEqualTo(Stage.FILE_PROCESSING);
  }

  @ParameterizedTest
  @EnumSource(names = {"COMPLETED", "ERROR", "CANCELLED"})
  void an_update_to_a_terminal_status_is_refused(Status terminal) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> service.updateStatus(id, terminal, Stage.BATCH_PROCESSING));
  }

  @Test
  void an_update_to_the_last_stage_is_refused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> service.updateStatus(id, Status.PROCESSING, Stage.COMPLETED));
  }

  @Test
  void the_first_accepted_object_is_the_file_and_a_repeat_changes_nothing() {
    create();
    var accepted = service.acceptFile(id, "first");
    var record = accepted.current().orElseThrow();
    assertThat(accepted).isEqualTo(new FileAcceptance.Accepted(record));
    assertThat(record.version()).isEqualTo(2);
    var itemBefore = item();

    assertThat(service.acceptFile(id, "first")).isEqualTo(accepted);
    assertThat(service.acceptFile(id, "second")).isEqualTo(new FileAcceptance.Declined(record));

    assertThat(item())
        .isEqualTo(itemBefore)
        .containsEntry("objectETag", AttributeValue.fromS("first"));
  }

  @Test
  void the_file_stays_the_file_to_the_end_and_then_there_is_nothing_to_do_with_it() {
    create();
    service.acceptFile(id, "first");
    service.splitInto(id, 1, 10);
    assertThat(service.acceptFile(id, "first")).isInstanceOf(FileAcceptance.Accepted.class);
    assertThat(service.acceptFile(id, "second")).isInstanceOf(FileAcceptance.Declined.class);

    var end = applied(service.completeBatch(id, 1, TEN));
    assertThat(service.acceptFile(id, "first")).isEqualTo(new FileAcceptance.Declined(end));
    assertThat(service.acceptFile(id, "second")).isEqualTo(new FileAcceptance.Declined(end));
  }

  @Test
  void an_object_without_a_tag_is_nobodys_file() {
    assertThatIllegalArgumentException().isThrownBy(() -> service.acceptFile(id, " "));
  }

  @Test
  void an_upload_that_is_abandoned_says_that_its_file_did_not_arrive() {
    var created = applied(create());

    var end = applied(service.abandon(id, created.version()));

    assertThat(end.error().orElseThrow().code()).isEqualTo(ErrorCode.UPLOAD_INCOMPLETE);
    assertThat(service.acceptFile(id, "late")).isEqualTo(new FileAcceptance.Declined(end));
  }

  @Test
  void an_upload_that_moved_since_it_was_looked_at_is_not_abandoned() {
    var created = applied(create());
    var stalled = applied(service.markStalled(id, created.version()));

    assertThat(service.abandon(id, created.version())).isEqualTo(new Unchanged(stalled));
    service.acceptFile(id, "file");
    assertThat(service.abandon(id, stalled.version() + 1)).isInstanceOf(Unchanged.class);
  }

  @Test
  void only_uploads_without_their_file_are_awaited_and_only_from_their_deadline_on() {
    var own = dynamoDb.statusTable("Awaited");
    var uploads = new ProcessingStatusService(dynamoDb.client(), own, clock, PROMISES);
    var awaited = new AwaitedFiles(dynamoDb.client(), own);
    var waiting = UploadId.random();
    var later = UploadId.random();
    var moved = new ArrayList<UploadId>();
    for (int i = 0; i < 6; i++) {
      moved.add(UploadId.random());
      uploads.createStatus(moved.get(i), OWNER, "a.csv", 1);
    }
    uploads.createStatus(waiting, OWNER, "a.csv", 1);
    uploads.markStalled(waiting, 1);
    uploads.acceptFile(moved.get(0), "file");
    uploads.updateStatus(moved.get(1), Status.UPLOADED, Stage.FILE_UPLOAD);
    uploads.splitInto(moved.get(2), 2, 20);
    uploads.completeBatch(moved.get(3), 1, TEN);
    uploads.cancel(moved.get(4));
    uploads.setError(moved.get(5), Failure.SPLIT_FAILED);
    clock.advance(Duration.ofSeconds(1));
    uploads.createStatus(later, OWNER, "a.csv", 1);

    Instant due = TestClock.START.plus(PROMISES.uploading());
    assertThat(awaited.dueBefore(due)).isEmpty();
    assertThat(awaited.dueBefore(due.plusMillis(1))).containsExactly(waiting);
    assertThat(awaited.dueBefore(due.plusSeconds(2))).containsExactly(waiting, later);
  }

  @Test
  void the_first_totals_stand() {
    create();
    service.splitInto(id, 3, 30);

    assertThat(service.splitInto(id, 3, 30)).isInstanceOf(Unchanged.class);
    assertThat(service.splitInto(id, 4, 40)).isInstanceOf(Unchanged.class);
    assertThat(progress()).isEqualTo(new Progress(3, 0, 0, 30, 0, 0, 0));
  }

  @ParameterizedTest
  @CsvSource({"0, 10", "-1, 10", "1, -1"})
  void totals_that_cannot_be_are_refused(int batches, int leads) {
    assertThatIllegalArgumentException().isThrownBy(() -> service.splitInto(id, batches, leads));
  }

  @Test
  void batches_that_come_before_the_split_are_counted_and_the_split_ends_the_upload() {
    create();
    service.completeBatch(id, 2, TEN);
    service.completeBatch(id, 1, TEN);

    var end = applied(service.splitInto(id, 2, 20));

    assertThat(end.status()).isEqualTo(Status.COMPLETED);
    assertThat(end.stage()).isEqualTo(Stage.COMPLETED);
    assertThat(end.progress()).isEqualTo(new Progress(2, 2, 0, 20, 20, 16, 4));
  }

  @Test
  void a_redelivered_batch_is_counted_once() {
    create();
    service.splitInto(id, 3, 30);
    var once = applied(service.completeBatch(id, 1, TEN));

    assertThat(service.completeBatch(id, 1, new BatchResult(10, 0, 10)))
        .isEqualTo(new Unchanged(once));
    assertThat(once.progress()).isEqualTo(new Progress(3, 1, 0, 30, 10, 8, 2));
  }

  @Test
  void a_failed_batch_is_counted_once_and_not_after_it_was_done() {
    create();
    service.splitInto(id, 3, 30);
    service.failBatch(id, 1);
    service.completeBatch(id, 2, TEN);

    assertThat(service.failBatch(id, 1)).isInstanceOf(Unchanged.class);
    assertThat(service.failBatch(id, 2)).isInstanceOf(Unchanged.class);
    assertThat(progress()).isEqualTo(new Progress(3, 1, 1, 30, 10, 8, 2));
  }

  @Test
  void a_batch_that_had_failed_and_then_is_done_counts_as_done() {
    create();
    service.splitInto(id, 2, 20);
    var failed = applied(service.failBatch(id, 1));

    var moved = applied(service.completeBatch(id, 1, TEN));

    assertThat(moved.version()).isEqualTo(failed.version() + 1);
    assertThat(moved.progress()).isEqualTo(new Progress(2, 1, 0, 20, 10, 8, 2));
    assertThat(service.completeBatch(id, 1, TEN)).isEqualTo(new Unchanged(moved));
    assertThat(service.failBatch(id, 1)).isEqualTo(new Unchanged(moved));
    assertThat(applied(service.completeBatch(id, 2, TEN)).status()).isEqualTo(Status.COMPLETED);
  }

  @Test
  void a_batch_that_comes_good_after_the_end_changes_nothing() {
    create();
    service.splitInto(id, 2, 20);
    service.completeBatch(id, 1, TEN);
    var end = applied(service.failBatch(id, 2));

    assertThat(end.status()).isEqualTo(Status.ERROR);
    assertThat(service.completeBatch(id, 2, TEN)).isEqualTo(new Unchanged(end));
  }

  @ParameterizedTest
  @CsvSource({"0", "-1", "-2147483648"})
  void batches_are_numbered_from_1(int batchNumber) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> service.completeBatch(id, batchNumber, TEN));
    assertThatIllegalArgumentException().isThrownBy(() -> service.failBatch(id, batchNumber));
  }

  @Test
  void a_batch_beyond_the_last_is_not_counted() {
    create();
    var split = applied(service.splitInto(id, 2, 20));

    assertThat(service.completeBatch(id, 3, TEN)).isEqualTo(new Unchanged(split));
    assertThat(service.failBatch(id, Integer.MAX_VALUE)).isEqualTo(new Unchanged(split));
  }

  @Test
  void more_leads_than_can_be_counted_are_refused_and_the_record_stays_readable() {
    create();
    service.splitInto(id, 3, 30);
    var most = new BatchResult(Integer.MAX_VALUE, 0, 0);
    var full = applied(service.completeBatch(id, 1, most));

    assertThatIllegalArgumentException().isThrownBy(() -> service.completeBatch(id, 2, TEN));
    service.failBatch(id, 3);
    assertThatIllegalArgumentException().isThrownBy(() -> service.completeBatch(id, 3, TEN));
    assertThat(full.progress().processedLeads()).isEqualTo(Integer.MAX_VALUE);
    assertThat(progress()).isEqualTo(new Progress(3, 1, 1, 30, Integer.MAX_VALUE, 0, 0));
  }

  @Test
  void the_last_batch_ends_the_upload_in_one_call() {
    create();
    service.splitInto(id, 1, 10);

    var end = applied(service.completeBatch(id, 1, TEN));

    assertThat(end.status()).isEqualTo(Status.COMPLETED);
    assertThat(end.version()).isEqualTo(4); // created, split, counted, ended
    assertThat(end.percentage()).isEqualTo(100.0);
  }

  @Test
  void some_failed_batches_end_the_upload_as_a_partial_failure() {
    create();
    service.splitInto(id, 2, 20);
    service.completeBatch(id, 1, TEN);
    clock.advance(Duration.ofSeconds(1));

    var end = applied(service.failBatch(id, 2));

    assertThat(end.status()).isEqualTo(Status.ERROR);
    assertThat(end.stage()).isEqualTo(Stage.BATCH_PROCESSING);
    assertThat(end.error())
        .contains(
            new StatusError(
                ErrorCode.PARTIAL_FAILURE,
                "10 of 20 leads were processed; the others could not be standardized and were kept"
                    + " as they are.",
                clock.instant()));
  }

  @Test
  void nothing_but_failed_batches_end_the_upload_as_a_failure() {
    create();
    service.splitInto(id, 2, 20);
    service.failBatch(id, 1);

    assertThat(applied(service.failBatch(id, 2)).error().orElseThrow().code())
        .isEqualTo(ErrorCode.PROCESSING_FAILED);
  }

  @Test
  void an_end_removes_the_deadline_and_the_sets_and_keeps_the_counts() {
    create();
    service.splitInto(id, 4, 40);
    service.completeBatch(id, 1, TEN);
    service.failBatch(id, 2);
    assertThat(item()).containsKeys("deadline", "doneBatches", "failedBatches");

    var end = applied(service.cancel(id));

    assertThat(item()).doesNotContainKeys("deadline", "doneBatches", "failedBatches");
    assertThat(end.deadline()).isEmpty();
    assertThat(end.progress()).isEqualTo(new Progress(4, 1, 1, 40, 10, 8, 2));
  }

  @Test
  void a_cancelled_upload_ignores_the_batches_still_in_flight() {
    create();
    service.splitInto(id, 1, 10);
    var cancelled = applied(service.cancel(id));

    assertThat(service.completeBatch(id, 1, TEN)).isEqualTo(new Unchanged(cancelled));
    assertThat(service.completeProcessing(id)).isEqualTo(new Unchanged(cancelled));
  }

  @Test
  void an_error_shows_only_what_the_allow_list_says() {
    create();

    var end = applied(service.setError(id, Failure.ENCRYPTED));

    assertThat(end.error())
        .contains(
            new StatusError(
                ErrorCode.UNREADABLE_FILE, Failure.ENCRYPTED.message(), clock.instant()));
  }

  @Test
  void a_late_batch_raises_no_ghost() {
    service.completeBatch(id, 1, TEN);
    service.failBatch(id, 1);
    service.markStalled(id, 1);

    assertThat(item()).isEmpty();
  }

  @Test
  void a_record_is_absent_from_the_very_instant_it_expires() {
    create();
    clock.advance(Duration.ofHours(24).minusMillis(1));
    assertThat(service.getStatus(id)).isPresent();

    clock.advance(Duration.ofMillis(1));

    assertThat(service.getStatus(id)).isEmpty();
    assertThat(service.cancel(id)).isEqualTo(new Absent());
  }

  @Test
  void a_record_can_be_written_until_the_instant_before_it_expires() {
    create();
    clock.advance(Duration.ofHours(24).minusMillis(1));

    assertThat(applied(service.cancel(id)).expiresAt())
        .isEqualTo(
            Instant.ofEpochSecond(clock.instant().getEpochSecond()).plus(Duration.ofHours(24)));
  }

  @Test
  void a_write_of_a_worker_moves_the_life_and_the_promise_and_clears_stalled() {
    create();
    applied(service.markStalled(id, 1));
    clock.advance(Duration.ofMillis(90_500));

    var written = applied(service.splitInto(id, 3, 30));

    assertThat(written.stalled()).isFalse();
    assertThat(written.updatedAt()).isEqualTo(clock.instant());
    assertThat(written.expiresAt()).isEqualTo(TestClock.START.plusSeconds(86_490));
    assertThat(written.promise()).contains(PROMISES.batchProcessing());
    assertThat(written.pace().startedAt()).contains(clock.instant());
  }

  @Test
  void each_phase_promises_its_own_next_sign_of_life() {
    assertThat(applied(create()).promise()).contains(PROMISES.uploading());
    assertThat(applied(service.updateStatus(id, Status.UPLOADED, Stage.FILE_UPLOAD)).promise())
        .contains(PROMISES.fileProcessing());
    assertThat(applied(service.updateStatus(id, Status.UPLOADED, Stage.FILE_PROCESSING)).promise())
        .contains(PROMISES.fileProcessing());
    assertThat(applied(service.splitInto(id, 2, 2)).promise()).contains(PROMISES.batchProcessing());
    assertThat(applied(service.failBatch(id, 1)).promise()).contains(PROMISES.batchProcessing());
  }

  @Test
  void marking_as_stalled_moves_only_the_mark_and_the_version() {
    var created = applied(create());
    clock.advance(Duration.ofMinutes(4));
    var before = new HashMap<>(item());

    var marked = applied(service.markStalled(id, created.version()));

    before.put("stalled", AttributeValue.fromBool(true));
    before.put("version", AttributeValue.fromN("2"));
    assertThat(item()).isEqualTo(before);
    assertThat(service.markStalled(id, marked.version())).isEqualTo(new Unchanged(marked));
  }

  @Test
  void a_version_that_has_passed_is_not_marked_as_stalled() {
    create();
    var split = applied(service.splitInto(id, 3, 30));

    assertThat(service.markStalled(id, 1)).isEqualTo(new Unchanged(split));
    assertThat(service.markStalled(id, 3)).isEqualTo(new Unchanged(split));
  }

  @Test
  void the_completion_times_of_the_last_sixteen_batches_are_kept() {
    create();
    service.splitInto(id, 20, 200);
    for (int batch = 1; batch <= 18; batch++) {
      clock.advance(Duration.ofSeconds(1));
      service.completeBatch(id, batch, TEN);
    }

    var pace = service.getStatus(id).orElseThrow().pace();

    assertThat(pace.startedAt()).contains(TestClock.START);
    assertThat(pace.recent()).hasSize(16).last().isEqualTo(TestClock.START.plusSeconds(18));
    assertThat(pace.recent()).first().isEqualTo(TestClock.START.plusSeconds(3));
    // How the estimate weighs them is its own matter; here it must have something to weigh.
    assertThat(service.getStatus(id).orElseThrow().estimatedCompletion())
        .hasValueSatisfying(end ->
            assertThat(end)
                .isBetween(TestClock.START.plusMillis(19_500), TestClock.START.plusMillis(20_500)));
  }

  @Test
  void times_are_kept_to_the_millisecond_and_sort_as_text() {
    clock.advance(Duration.ofNanos(123_456_789));

    var created = applied(create());

    assertThat(created.createdAt()).isEqualTo(Instant.parse("2125-01-09T10:00:00.123Z"));
    assertThat(item()).containsEntry("createdAt", AttributeValue.fromS("2125-01-09T10:00:00.123Z"));
    clock.advance(Duration.ofMillis(877));
    service.cancel(id);
    assertThat(item()).containsEntry("updatedAt", AttributeValue.fromS("2125-01-09T10:00:01.000Z"));
  }

  @Test
  void something_else_in_the_table_is_a_clear_failure_for_reading_and_writing() {
    var _ =
        dynamoDb
            .client()
            .putItem(r ->
                r.tableName(table.name())
                    .item(Map.of("uploadId", AttributeValue.fromS(id.value()))));

    assertThatThrownBy(() -> service.getStatus(id))
        .isInstanceOf(UndecodableRecordException.class)
        .hasMessage("status record " + id + " cannot be read: status is missing");
    assertThatThrownBy(() -> service.cancel(id)).isInstanceOf(UndecodableRecordException.class);
    assertThatThrownBy(this::create).isInstanceOf(UndecodableRecordException.class);
  }

  @Test
  void a_record_without_the_map_of_completion_times_is_a_clear_failure() {
    create();
    var item = new HashMap<>(item());
    item.remove("recent");
    var _ = dynamoDb.client().putItem(r -> r.tableName(table.name()).item(item));

    assertThatThrownBy(() -> service.completeBatch(id, 1, TEN))
        .isInstanceOf(UndecodableRecordException.class)
        .hasMessageContaining("recent is missing");
  }

  @Test
  void the_sets_hold_the_numbers_that_were_counted() {
    create();
    service.completeBatch(id, 7, TEN);
    service.failBatch(id, 9);

    var stored = new StatusCodec().decodeStored(item());

    assertThat(stored.done()).isEqualTo(Set.of(7));
    assertThat(stored.failed()).isEqualTo(Set.of(9));
  }

  private WriteOutcome create() {
    return service.createStatus(id, OWNER, "leads.xlsx", 1_024_000);
  }

  private Progress progress() {
    return service.getStatus(id).orElseThrow().progress();
  }

  private static ProcessingStatus applied(WriteOutcome outcome) {
    assertThat(outcome).isInstanceOf(Applied.class);
    return outcome.current().orElseThrow();
  }

  private Map<String, AttributeValue> item() {
    return dynamoDb
        .client()
        .getItem(r ->
            r.tableName(table.name())
                .key(Map.of("uploadId", AttributeValue.fromS(id.value())))
                .consistentRead(true))
        .item();
  }
}
