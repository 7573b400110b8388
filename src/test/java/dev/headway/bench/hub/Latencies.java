package dev.headway.bench.hub;

import java.util.Arrays;

/** Many durations in microseconds. */
final class Latencies {
  private int[] micros = new int[1 << 16];
  private int size;

  void add(long duration) {
    if (size == micros.length) {
      micros = Arrays.copyOf(micros, 2 * size);
    }
    micros[size++] = Math.clamp(duration, 0, Integer.MAX_VALUE);
  }

  int size() {
    return size;
  }

  void clear() {
    size = 0;
  }

  /** The smallest values that at least so many percent of all do not exceed, in milliseconds. */
  double[] millis(double... ranks) {
    Arrays.sort(micros, 0, size);
    return Arrays.stream(ranks)
        .map(rank ->
            size == 0
                ? Double.NaN
                : micros[Math.max(0, (int) Math.ceil(rank / 100 * size) - 1)] / 1e3)
        .toArray();
  }
}
