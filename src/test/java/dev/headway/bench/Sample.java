package dev.headway.bench;

import java.util.Arrays;
import java.util.Collection;

/** Durations in nanoseconds, sorted, for percentiles. */
public final class Sample {
  private final long[] sorted;

  private Sample(long[] sorted) {
    this.sorted = sorted;
  }

  public static Sample of(Collection<Long> nanos) {
    long[] values = nanos.stream().mapToLong(Long::longValue).toArray();
    Arrays.sort(values);
    return new Sample(values);
  }

  public int size() {
    return sorted.length;
  }

  /** The smallest value that at least {@code percent} of all do not exceed, in milliseconds. */
  public double millis(double percent) {
    if (sorted.length == 0) {
      return Double.NaN;
    }
    int rank = (int) Math.ceil(percent / 100 * sorted.length);
    return sorted[Math.max(0, rank - 1)] / 1e6;
  }
}
