package dev.headway.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headway.status.ErrorCode;
import dev.headway.status.Failure;
import dev.headway.status.FileAcceptance;
import dev.headway.status.OwnerId;
import dev.headway.status.Progress;
import dev.headway.status.Stage;
import dev.headway.status.Status;
import dev.headway.status.StatusError;
import dev.headway.status.UploadId;
import dev.headway.status.WriteOutcome.Absent;
import dev.headway.status.WriteOutcome.Unchanged;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

class ProcessingStatusServiceTest extends OneUpload {
  ProcessingStatusServiceTest(DynamoDbLocal dynamoDb) {
    super(dynamoDb);
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
  void a_file_whose_batches_are_all_sent_is_needed_no_more() {
    create();
    service.acceptFile(id, "first");
    service.splitInto(id, 2, 20);
    assertThat(service.confirmSent(id, "second")).isInstanceOf(Unchanged.class);

    var sent = applied(service.confirmSent(id, "first"));

    assertThat(service.confirmSent(id, "first")).isEqualTo(new Unchanged(sent));
    assertThat(service.acceptFile(id, "first")).isEqualTo(new FileAcceptance.Sent(sent));
    assertThat(service.acceptFile(id, "second")).isEqualTo(new FileAcceptance.Declined(sent));
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
}
