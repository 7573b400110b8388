package dev.headway.sse;

import java.util.concurrent.atomic.LongAdder;

/** Counts what all loops do. */
final class Tally implements StreamCounters {
  final LongAdder open = new LongAdder();
  final LongAdder delivered = new LongAdder();
  final LongAdder conflated = new LongAdder();
  final LongAdder cut = new LongAdder();

  @Override
  public long open() {
    return open.sum();
  }

  @Override
  public long delivered() {
    return delivered.sum();
  }

  @Override
  public long conflated() {
    return conflated.sum();
  }

  @Override
  public long cut() {
    return cut.sum();
  }
}
