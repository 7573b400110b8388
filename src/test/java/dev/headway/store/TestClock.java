package dev.headway.store;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Stands still until it is moved. Lies in the future because DynamoDB Local deletes by the clock of
 * the machine what is past its time to live, within seconds: a record of last year would vanish in
 * the middle of a test.
 */
final class TestClock implements InstantSource {
  static final Instant START = Instant.parse("2125-01-09T10:00:00Z");

  private final AtomicReference<Instant> now = new AtomicReference<>(START);

  @Override
  public Instant instant() {
    return now.get();
  }

  void advance(Duration by) {
    var _ = now.updateAndGet(instant -> instant.plus(by));
  }
}
