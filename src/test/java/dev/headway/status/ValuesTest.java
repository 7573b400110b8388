package dev.headway.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The small values of the domain refuse nonsense and give nothing away. */
class ValuesTest {
  @Test
  void an_owner_is_never_shown_by_accident() {
    assertThat("" + new OwnerId("ada@example.org")).isEqualTo("OwnerId[…]");
    assertThat(Records.UPLOADING.toString()).doesNotContain("grace");
  }

  @Test
  void an_owner_has_1_to_682_characters() {
    assertThat(new OwnerId("a".repeat(682)).value()).hasSize(682);
    assertThatIllegalArgumentException().isThrownBy(() -> new OwnerId("a".repeat(683)));
    assertThatIllegalArgumentException().isThrownBy(() -> new OwnerId(" "));
  }

  @Test
  void a_record_belongs_to_its_creator_alone() {
    assertThat(Records.UPLOADING.isOwnedBy(new OwnerId("grace"))).isTrue();
    assertThat(Records.UPLOADING.isOwnedBy(new OwnerId("Grace"))).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"-1, 0, 0", "0, -1, 0", "0, 0, -1", "2, 2, 1", "2147483647, 2147483647, 1"})
  void a_result_that_does_not_add_up_is_refused(int processed, int created, int updated) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new BatchResult(processed, created, updated));
  }

  @ParameterizedTest
  @CsvSource({"0, 0, 0", "3, 2, 1", "2147483647, 2147483647, 0", "1, 0, 1", "1, 1, 0"})
  void a_result_that_just_adds_up_is_one(int processed, int created, int updated) {
    assertThat(new BatchResult(processed, created, updated).processed()).isEqualTo(processed);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6})
  void a_count_is_never_negative(int which) {
    int[] c = new int[7];
    c[which] = -1;
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Progress(c[0], c[1], c[2], c[3], c[4], c[5], c[6]))
        .withMessageContaining("-1");
  }

  @Test
  void batches_are_counted_up_to_the_largest_number_and_not_beyond() {
    var most = new Progress(0, Integer.MAX_VALUE - 1, 1, 0, 0, 0, 0);
    assertThat(most.countedBatches()).isEqualTo(Integer.MAX_VALUE);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Progress(0, Integer.MAX_VALUE - 1, 2, 0, 0, 0, 0));
  }

  @Test
  void versions_start_at_1() {
    assertThat(version(1).version()).isEqualTo(1);
    assertThatIllegalArgumentException().isThrownBy(() -> version(0));
  }

  @ParameterizedTest
  @EnumSource
  void a_record_is_over_when_its_status_is(Status status) {
    assertThat(Records.with(status, Progress.NONE, false, Pace.UNKNOWN).isTerminal())
        .isEqualTo(
            status == Status.COMPLETED || status == Status.ERROR || status == Status.CANCELLED);
  }

  @Test
  void an_owners_uploads_are_listed_newest_first_and_by_their_ids_within_a_moment() {
    var a = new OwnedUpload(new UploadId("a"), Instant.EPOCH);
    var b = new OwnedUpload(new UploadId("b"), Instant.EPOCH);
    var later = OwnedUpload.of(Records.UPLOADING);
    assertThat(later.createdAt()).isEqualTo(Records.START);
    assertThat(List.of(b, later, a).stream().sorted(OwnedUpload.NEWEST_FIRST))
        .containsExactly(later, a, b);
  }

  private static ProcessingStatus version(long version) {
    ProcessingStatus r = Records.UPLOADING;
    return new ProcessingStatus(
        r.uploadId(),
        r.ownerId(),
        version,
        r.status(),
        r.stage(),
        r.progress(),
        r.file(),
        r.stalled(),
        r.error(),
        r.createdAt(),
        r.updatedAt(),
        r.expiresAt(),
        r.deadline(),
        r.pace());
  }

  @Test
  void several_rows_may_be_the_same_lead() {
    assertThat(new BatchResult(10, 1, 0).processed()).isEqualTo(10);
  }

  @Test
  void a_file_has_a_name_and_a_size() {
    assertThat(new FileMetadata("a.csv", 0).fileSize()).isZero();
    assertThatIllegalArgumentException().isThrownBy(() -> new FileMetadata(" ", 1));
    assertThatIllegalArgumentException().isThrownBy(() -> new FileMetadata("a.csv", -1));
  }

  @Test
  void a_pace_keeps_sixteen_times_in_their_order() {
    var times = List.of(Instant.ofEpochSecond(3), Instant.ofEpochSecond(1));
    assertThat(new Pace(Optional.empty(), times).recent()).isSorted();
    var many = Collections.nCopies(17, Instant.EPOCH);
    assertThatIllegalArgumentException().isThrownBy(() -> new Pace(Optional.empty(), many));
  }

  @ParameterizedTest
  @EnumSource
  void a_failure_tells_its_reader_what_happened_and_nothing_of_the_inside(Failure failure) {
    assertThat(failure.message())
        .matches("[A-Z][^\\n]{10,120}\\.")
        .doesNotContainIgnoringCase("exception", "lambda", "dynamo", "s3:", "sqs", "http", "/");
  }

  @Test
  void failed_batches_tell_how_many_leads_were_saved() {
    assertThat(Failure.ofFailedBatches(new Progress(3, 2, 1, 25, 20, 20, 0)))
        .satisfies(text -> {
          assertThat(text.code()).isEqualTo(ErrorCode.PARTIAL_FAILURE);
          assertThat(text.message()).startsWith("20 of 25 leads were processed");
        });
    assertThat(Failure.ofFailedBatches(new Progress(3, 0, 3, 25, 0, 0, 0)).code())
        .isEqualTo(ErrorCode.PROCESSING_FAILED);
  }

  @Test
  void an_outcome_has_the_record_unless_there_is_none() {
    var record = Records.UPLOADING;
    assertThat(new WriteOutcome.Applied(record).current()).contains(record);
    assertThat(new WriteOutcome.Unchanged(record).current()).contains(record);
    assertThat(new WriteOutcome.Absent().current()).isEmpty();
  }
}
