package dev.headway.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigDecimal;
import java.math.RoundingMode;
import net.jqwik.api.Assume;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class ProgressProperties {
  @Property
  void the_percentage_is_the_counted_share_rounded_down_to_one_decimal(
      @ForAll @IntRange(min = 1) int total,
      @ForAll @IntRange int completed,
      @ForAll @IntRange int failed) {
    Assume.that((long) completed + failed < total);

    double percentage = percentage(Status.PROCESSING, total, completed, failed);

    var exact =
        BigDecimal.valueOf(100L * ((long) completed + failed))
            .divide(BigDecimal.valueOf(total), 1, RoundingMode.DOWN);
    assertThat(percentage).isEqualTo(exact.doubleValue());
    // As text it has one decimal: no 29.999999999999996.
    assertThat(Double.toString(percentage)).matches("\\d{1,2}\\.\\d");
  }

  @Property
  void it_is_never_100_before_completed(
      @ForAll Status status,
      @ForAll @IntRange(max = 100_000) int total,
      @ForAll @IntRange(max = 100_000) int completed,
      @ForAll @IntRange(max = 100_000) int failed) {
    double percentage = percentage(status, total, completed, failed);

    if (status == Status.COMPLETED) {
      assertThat(percentage).isEqualTo(100.0);
    } else {
      assertThat(percentage).isBetween(0.0, 99.9);
    }
  }

  @Property
  void a_further_batch_never_lowers_it(
      @ForAll @IntRange(min = 1, max = 5_000) int total, @ForAll @IntRange(max = 5_000) int done) {
    Assume.that(done < total);

    assertThat(percentage(Status.PROCESSING, total, done + 1, 0))
        .isGreaterThanOrEqualTo(percentage(Status.PROCESSING, total, done, 0));
  }

  @Example
  void examples() {
    assertThat(percentage(Status.PROCESSING, 10, 3, 0)).isEqualTo(30.0);
    assertThat(percentage(Status.PROCESSING, 3, 1, 1)).isEqualTo(66.6);
    assertThat(percentage(Status.PROCESSING, 10, 10, 0)).isEqualTo(99.9);
    assertThat(percentage(Status.PROCESSING, 10_000, 9_999, 0)).isEqualTo(99.9);
    assertThat(percentage(Status.UPLOADING, 0, 0, 0)).isEqualTo(0.0);
    assertThat(percentage(Status.PROCESSING, 0, 4, 0)).isEqualTo(0.0);
    assertThat(percentage(Status.CANCELLED, 10, 5, 0)).isEqualTo(50.0);
    assertThat(percentage(Status.ERROR, 10, 5, 5)).isEqualTo(99.9);
  }

  @Example
  void an_upload_is_finished_when_every_batch_has_its_outcome() {
    assertThat(new Progress(3, 2, 1, 0, 0, 0, 0).isFinished()).isTrue();
    assertThat(new Progress(3, 2, 0, 0, 0, 0, 0).isFinished()).isFalse();
    assertThat(new Progress(0, 0, 0, 0, 0, 0, 0).isFinished()).isFalse();
    assertThat(new Progress(2, 2, 1, 0, 0, 0, 0).isFinished()).isFalse();
  }

  @Example
  void counts_are_not_negative_and_fit_together_in_an_int() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Progress(-1, 0, 0, 0, 0, 0, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> new Progress(0, -1, 0, 0, 0, 0, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> new Progress(0, 0, -1, 0, 0, 0, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> new Progress(0, 0, 0, -1, 0, 0, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> new Progress(0, 0, 0, 0, -1, 0, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> new Progress(0, 0, 0, 0, 0, -1, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> new Progress(0, 0, 0, 0, 0, 0, -1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Progress(0, Integer.MAX_VALUE, 1, 0, 0, 0, 0));
  }

  private static double percentage(Status status, int total, int completed, int failed) {
    var progress = new Progress(total, completed, failed, 0, 0, 0, 0);
    return Records.with(status, progress, false, Pace.UNKNOWN).percentage();
  }
}
