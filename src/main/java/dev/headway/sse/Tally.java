package dev.headway.sse;

import dev.headway.hub.OwnerPlaces;
import dev.headway.status.OwnerId;
import java.util.concurrent.atomic.LongAdder;

/** Counts what all loops do. */
final class Tally implements StreamCounters {
  private final OwnerPlaces places;
  private final LongAdder open = new LongAdder();
  final LongAdder delivered = new LongAdder();
  final LongAdder conflated = new LongAdder();
  final LongAdder cut = new LongAdder();

  Tally(OwnerPlaces places) {
    this.places = places;
  }

  void opened(OwnerId owner) {
    open.increment();
    places.take(owner);
  }

  void closed(OwnerId owner) {
    open.decrement();
    places.free(owner);
  }

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
