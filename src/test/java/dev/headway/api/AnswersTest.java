package dev.headway.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.headway.status.ProcessingStatus;
import dev.headway.status.Status;
import dev.headway.status.WriteOutcome;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AnswersTest {
  @Test
  void a_poll_answers_with_the_record_and_when_to_come_back() {
    PollAnswer answer =
        PollAnswer.of(Samples.processing(17), Duration.ofMillis(1999), Conditional.NONE);
    assertThat(answer.httpStatus()).isEqualTo(200);
    assertThat(answer.body()).contains(Samples.processing(17));
    assertThat(answer.headers())
        .containsEntry("ETag", "\"17\"")
        .containsEntry("Cache-Control", "private, no-cache")
        .containsEntry("Vary", "Accept, Prefer, Origin")
        .containsEntry("Age", "1")
        .containsEntry("Retry-After", "2")
        .containsEntry("Content-Type", "application/json");
  }

  @Test
  void a_poll_of_a_version_that_the_caller_has_has_no_body() {
    PollAnswer answer = PollAnswer.of(Samples.processing(17), Duration.ZERO, holding("W/\"17\""));
    assertThat(answer.httpStatus()).isEqualTo(304);
    assertThat(answer.body()).isEmpty();
    assertThat(answer.headers())
        .containsKeys("ETag", "Cache-Control", "Vary", "Age", "Retry-After")
        .doesNotContainKey("Content-Type");
  }

  @Test
  void a_validator_from_the_future_is_ignored_once_the_table_was_read() {
    PollAnswer answer = PollAnswer.of(Samples.processing(17), Duration.ZERO, holding("\"18\""));
    assertThat(answer.httpStatus()).isEqualTo(200);
  }

  @ParameterizedTest
  @EnumSource(names = {"COMPLETED", "ERROR", "CANCELLED"})
  void a_poll_of_an_upload_that_is_over_asks_nobody_back(Status status) {
    PollAnswer first = PollAnswer.of(over(status), Duration.ZERO, Conditional.NONE);
    PollAnswer again = PollAnswer.of(over(status), Duration.ZERO, holding("\"18\""));
    assertThat(first.headers()).doesNotContainKey("Retry-After");
    assertThat(again.httpStatus()).isEqualTo(304);
    assertThat(again.headers()).doesNotContainKey("Retry-After");
  }

  @Test
  void unknown_foreign_and_expired_uploads_are_the_same_problem() {
    ProblemException unknown = refusal(Optional.empty());
    ProblemException foreign =
        refusal(Optional.of(Samples.record(Samples.ID, Samples.MALLORY, 3, Status.PROCESSING)));
    ProblemException expired =
        catchThrowableOfType(
            ProblemException.class,
            () ->
                Visibility.require(
                    Optional.of(Samples.processing(3)),
                    Samples.ALICE,
                    Samples.processing(3).expiresAt()));
    assertThat(List.of(unknown, foreign, expired))
        .allSatisfy(problem -> {
          assertThat(problem.code()).isEqualTo(ProblemCode.UPLOAD_NOT_FOUND);
          assertThat(problem.detail()).isEqualTo(unknown.detail());
        });
  }

  @Test
  void an_owner_sees_their_upload_to_the_last_moment() {
    ProcessingStatus record = Samples.processing(3);
    assertThat(
            Visibility.require(
                Optional.of(record), Samples.ALICE, record.expiresAt().minusMillis(1)))
        .isSameAs(record);
  }

  @Test
  void a_cancellation_and_its_repeat_answer_the_same() {
    ProcessingStatus cancelled = over(Status.CANCELLED);
    CancelAnswer first = CancelAnswer.of(new WriteOutcome.Applied(cancelled));
    CancelAnswer again = CancelAnswer.of(new WriteOutcome.Unchanged(cancelled));
    assertThat(first).isEqualTo(again);
    assertThat(first.httpStatus()).isEqualTo(200);
    assertThat(first.headers())
        .containsEntry("ETag", "\"18\"")
        .containsEntry("Content-Type", "application/json")
        .doesNotContainKey("Retry-After");
  }

  @ParameterizedTest
  @EnumSource(names = {"COMPLETED", "ERROR"})
  void an_upload_that_ended_otherwise_cannot_be_cancelled(Status status) {
    assertThatThrownBy(() -> CancelAnswer.of(new WriteOutcome.Unchanged(over(status))))
        .isInstanceOfSatisfying(
            ProblemException.class,
            problem -> assertThat(problem.code()).isEqualTo(ProblemCode.CANNOT_CANCEL));
  }

  @ParameterizedTest
  @EnumSource(names = {"UPLOADING", "UPLOADED", "PROCESSING"})
  void a_store_that_does_not_cancel_is_broken(Status status) {
    assertThatThrownBy(() -> CancelAnswer.of(new WriteOutcome.Unchanged(over(status))))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void an_upload_that_vanished_meanwhile_is_not_found() {
    assertThatThrownBy(() -> CancelAnswer.of(new WriteOutcome.Absent()))
        .isInstanceOfSatisfying(
            ProblemException.class,
            problem -> assertThat(problem.code()).isEqualTo(ProblemCode.UPLOAD_NOT_FOUND));
  }

  private static ProblemException refusal(Optional<ProcessingStatus> found) {
    return catchThrowableOfType(
        ProblemException.class, () -> Visibility.require(found, Samples.ALICE, Samples.NOW));
  }

  private static Conditional holding(String tag) {
    return Conditional.parse(List.of(tag));
  }

  private static ProcessingStatus over(Status status) {
    return Samples.record(Samples.ID, Samples.ALICE, 18, status);
  }
}
