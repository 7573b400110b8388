package dev.headway.hub;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** Both clocks, moved by hand. The ticker starts below zero, as a real one may. */
public final class ManualTime {
  private static final long ORIGIN = -7_777_777_777L;
  private final AtomicLong nanos = new AtomicLong();

  public LongSupplier ticker() {
    return () -> ORIGIN + nanos.get();
  }

  public InstantSource wallClock() {
    return () -> Records.NOW.plusNanos(nanos.get());
  }

  public Instant now() {
    return wallClock().instant();
  }

  public void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  public void passMillis(long millis) {
    pass(Duration.ofMillis(millis));
  }
}
