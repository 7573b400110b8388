package dev.headway.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The figures of {@code docs/estimate.md} to the millisecond, worked out by another program. The
 * properties say what is good about an estimate; these say that it is this one.
 */
class EstimateTest {
  private static long[] times(long... seconds) {
    return seconds;
  }

  static Stream<Arguments> runs() {
    return Stream.of(
        // Getting quicker, evenly: the recent pace has most of the say.
        Arguments.of(20, 5, times(10, 20, 25, 30, 34), 101_674),
        // Three recent ones say something, two and less do not.
        Arguments.of(10, 3, times(40, 41, 42), 31_787),
        Arguments.of(10, 4, times(30, 50), 75_000),
        // A straggler scatters, and so is half believed.
        Arguments.of(10, 4, times(40, 42, 50, 90), 133_063),
        // All in one moment: no pace at all, the run's holds.
        Arguments.of(10, 4, times(50, 50, 50, 50), 75_000),
        // More batches than slots: the older the time, the more completions lie between.
        Arguments.of(
            100,
            30,
            times(100, 101, 103, 104, 108, 109, 112, 113, 117, 118, 121, 124, 125, 129, 131, 133),
            161_921),
        // As many batches as slots, and one more.
        Arguments.of(
            20,
            16,
            times(100, 102, 104, 106, 108, 110, 112, 114, 116, 118, 120, 122, 124, 126, 128, 131),
            10_823),
        Arguments.of(
            20,
            17,
            times(100, 102, 104, 106, 108, 110, 112, 114, 116, 118, 120, 122, 124, 126, 128, 131),
            7_790));
  }

  @ParameterizedTest
  @MethodSource("runs")
  void the_rest_takes_as_long_as_the_paces_say(
      int total, int counted, long[] doneAfter, long restMillis) {
    Instant newest = Records.START.plusSeconds(Arrays.stream(doneAfter).max().orElseThrow());
    assertThat(
            Records.processing(total, counted, 0, Records.doneAfter(doneAfter))
                .estimatedCompletion())
        .contains(newest.plusMillis(restMillis));
  }
}
