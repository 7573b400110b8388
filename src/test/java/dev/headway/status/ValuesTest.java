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

/** The small values of the domain refuse nonsense and give nothing away. */
class ValuesTest {
  @Test
  void an_owner_is_never_shown_by_accident() {
    assertThat("" + new OwnerId("ada@example.org")).doesNotContain("ada");
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
