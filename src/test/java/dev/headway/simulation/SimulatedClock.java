package dev.headway.simulation;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.SplittableRandom;

/** The wall clock of all workers. Time passes by the scheduler's steps, and by being looked at. */
final class SimulatedClock implements InstantSource {
  /** Far ahead: DynamoDB Local, which gets these records too, deletes what is past its life. */
  private static final Instant START = Instant.parse("2100-01-01T00:00:00Z");

  private final SplittableRandom random;
  private Instant now = START;
  private Instant lastRead = START;
  private Instant calledAt = START;

  SimulatedClock(SplittableRandom random) {
    this.random = random;
  }

  /** Reading takes time too, so that a life can end between two looks at the clock. */
  @Override
  public Instant instant() {
    pass(Duration.ofMillis(random.nextInt(30)));
    lastRead = now;
    return now;
  }

  /** The time as the scheduler knows it, which takes none. */
  Instant now() {
    return now;
  }

  void pass(Duration time) {
    now = now.plus(time);
  }

  /** Never back. */
  void passUntil(Instant then) {
    now = then.isAfter(now) ? then : now;
  }

  /** What was last read, by whomever. */
  Instant lastRead() {
    return lastRead;
  }

  /** What the caller last read whose effect is taking place. */
  Instant calledAt() {
    return calledAt;
  }

  void takeEffectOf(Instant madeAt) {
    calledAt = madeAt;
  }
}
