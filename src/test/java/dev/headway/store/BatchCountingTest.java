package dev.headway.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.headway.status.BatchResult;
import dev.headway.status.ErrorCode;
import dev.headway.status.Progress;
import dev.headway.status.Stage;
import dev.headway.status.Status;
import dev.headway.status.StatusError;
import dev.headway.status.WriteOutcome.Unchanged;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code splitInto}, {@code completeBatch} and {@code failBatch} count, and how that ends. */
class BatchCountingTest extends OneUpload {
  BatchCountingTest(DynamoDbLocal dynamoDb) {
    super(dynamoDb);
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
  void the_sets_hold_the_numbers_that_were_counted() {
    create();
    service.completeBatch(id, 7, TEN);
    service.failBatch(id, 9);

    var stored = new StatusCodec().decodeStored(item());

    assertThat(stored.done()).isEqualTo(Set.of(7));
    assertThat(stored.failed()).isEqualTo(Set.of(9));
  }
}
