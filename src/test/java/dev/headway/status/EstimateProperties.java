package dev.headway.status;

import static dev.headway.status.Records.START;
import static dev.headway.status.Records.doneAfter;
import static dev.headway.status.Records.processing;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class EstimateProperties {
  @Example
  void an_even_pace_ends_when_it_says() {
    assertThat(estimate(processing(10, 3, 0, doneAfter(30, 60, 90))))
        .contains(START.plusSeconds(300));
  }

  @Example
  void nothing_is_said_before_three_batches() {
    assertThat(estimate(processing(10, 0, 0, Pace.UNKNOWN))).isEmpty();
    assertThat(estimate(processing(10, 2, 0, doneAfter(30, 60)))).isEmpty();
    assertThat(estimate(processing(10, 2, 1, doneAfter(30, 60, 90)))).isPresent();
  }

  @Example
  void nothing_is_said_before_the_split_or_without_times() {
    assertThat(estimate(processing(0, 3, 0, doneAfter(1, 2, 3)))).isEmpty();
    assertThat(estimate(processing(10, 3, 0, Pace.UNKNOWN))).isEmpty();
    var unstarted = new Pace(Optional.empty(), doneAfter(1, 2, 3).recent());
    assertThat(estimate(processing(10, 3, 0, unstarted))).isEmpty();
  }

  @Example
  void nothing_is_said_when_nothing_is_left_or_the_work_has_stalled_or_ended() {
    var pace = doneAfter(30, 60, 90);
    var progress = processing(10, 3, 0, pace).progress();
    assertThat(estimate(processing(3, 3, 0, pace))).isEmpty();
    assertThat(estimate(Records.with(Status.PROCESSING, progress, true, pace))).isEmpty();
    for (Status over : List.of(Status.COMPLETED, Status.ERROR, Status.CANCELLED)) {
      assertThat(estimate(Records.with(over, progress, false, pace))).isEmpty();
    }
  }

  @Example
  void nothing_is_said_when_all_batches_came_at_once_or_before_the_start() {
    assertThat(estimate(processing(10, 3, 0, doneAfter(0, 0, 0)))).isEmpty();
    assertThat(estimate(processing(10, 3, 0, doneAfter(-5, -5, -5)))).isEmpty();
  }

  @Example
  void nothing_is_said_that_lies_beyond_any_plan() {
    var years = Duration.ofDays(365 * 50).toSeconds();
    var pace = doneAfter(years, 2 * years, 3 * years);
    var most = new Progress(Integer.MAX_VALUE, 3, 0, 0, 0, 0, 0);

    assertThat(estimate(processing(4, 3, 0, pace))).isEmpty();
    assertThat(estimate(Records.with(Status.PROCESSING, most, false, pace))).isEmpty();
    assertThat(estimate(processing(13, 3, 0, doneAfter(10, 20, 30)))).isPresent();
  }

  @Example
  void a_run_that_slows_down_is_said_to_end_later() {
    var even = estimate(processing(20, 4, 0, doneAfter(10, 20, 30, 40))).orElseThrow();
    var slowing = estimate(processing(20, 4, 0, doneAfter(2, 4, 6, 40))).orElseThrow();

    assertThat(slowing).isAfter(even);
  }

  /** 40 batches a second apart, then 16 that took two each. */
  @Example
  void a_new_even_pace_takes_over_but_never_whole() {
    var recent = LongStream.rangeClosed(1, 16).map(i -> 40 + 2 * i).toArray();

    var end = estimate(processing(156, 56, 0, doneAfter(recent))).orElseThrow();

    var newest = START.plusSeconds(72);
    assertThat(end).isBetween(newest.plusMillis(72_000 * 100 / 56), newest.plusSeconds(200));
  }

  /** A wave of ten, behind another: the run as a whole knows the pace. */
  @Example
  void batches_that_end_in_waves_are_not_taken_for_haste() {
    var wave = doneAfter(3, 3, 3, 3, 3, 3, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6);

    var end = estimate(processing(100, 20, 0, wave)).orElseThrow();

    assertThat(Duration.between(START.plusSeconds(6), end)).isCloseTo(ofSeconds(24), ofSeconds(12));
  }

  @Property
  void it_departs_from_the_pace_of_the_whole_run_by_a_bounded_factor(
      @ForAll("atWork") ProcessingStatus record) {
    Progress p = record.progress();
    var end = estimate(record);
    Assume.that(end.isPresent());
    Instant newest = record.pace().recent().getLast();
    double elapsed = Duration.between(START, newest).toMillis();
    double naive = elapsed / p.countedBatches() * (p.totalBatches() - p.countedBatches());

    assertThat(Duration.between(newest, end.get()).toMillis() + 0.0)
        .isBetween(
            Math.floor(naive / Estimate.LARGEST_CHANGE),
            Math.ceil(naive * Estimate.LARGEST_CHANGE));
  }

  /** In a run without any change of pace, the predicted end stays where the run ends. */
  @Property
  void an_even_run_has_no_jumps(
      @ForAll @IntRange(min = 4, max = 2_000) int batches,
      @ForAll @IntRange(min = 1, max = 600) int secondsEach) {
    var end = START.plusSeconds((long) batches * secondsEach);
    for (int done = 3; done < batches; done++) {
      int first = Math.max(1, done - Pace.SLOTS + 1);
      var recent = LongStream.rangeClosed(first, done).map(i -> i * secondsEach).toArray();

      var said = estimate(processing(batches, done, 0, doneAfter(recent))).orElseThrow();

      // Batches in order overwrite in order: the estimate takes some disorder for granted.
      assertThat(Duration.between(said, end).abs().toMillis())
          .isLessThanOrEqualTo(100L * secondsEach * (batches - done));
    }
  }

  @Property
  void the_end_is_never_said_to_be_before_the_newest_completion(
      @ForAll("atWork") ProcessingStatus record) {
    var newest = record.pace().recent().stream().max(Instant::compareTo);

    estimate(record).ifPresent(end -> assertThat(end).isAfterOrEqualTo(newest.orElseThrow()));
  }

  @Property
  void it_depends_on_the_record_alone_and_on_no_order_of_times(
      @ForAll("atWork") ProcessingStatus record) {
    var pace = record.pace();
    var reversed = new ArrayList<>(pace.recent());
    Collections.reverse(reversed);
    var same =
        Records.with(
            record.status(), record.progress(), false, new Pace(pace.startedAt(), reversed));

    assertThat(estimate(same)).isEqualTo(estimate(record));
  }

  @Property
  void more_left_to_do_never_ends_earlier(@ForAll("atWork") ProcessingStatus record) {
    Progress p = record.progress();
    Assume.that(estimate(record).isPresent());
    var longer =
        estimate(
            processing(
                p.totalBatches() + 1, p.completedBatches(), p.failedBatches(), record.pace()));

    longer.ifPresent(end -> assertThat(end).isAfterOrEqualTo(estimate(record).orElseThrow()));
  }

  @Provide
  Arbitrary<ProcessingStatus> atWork() {
    var seconds = Arbitraries.longs().between(-60, 200_000);
    return Combinators.combine(
            Arbitraries.integers().between(0, 2_000),
            Arbitraries.integers().between(0, 20),
            Arbitraries.integers().between(0, 2_000),
            seconds.list().ofMaxSize(Pace.SLOTS))
        .as((completed, failed, left, times) ->
            processing(
                completed + failed + left,
                completed,
                failed,
                doneAfter(times.stream().mapToLong(Long::longValue).toArray())));
  }

  private static Optional<Instant> estimate(ProcessingStatus record) {
    return Estimate.completionOf(record);
  }
}
