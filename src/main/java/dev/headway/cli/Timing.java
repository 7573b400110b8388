package dev.headway.cli;

import java.time.Duration;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * Time, as a command sees it.
 *
 * @param clock wall time, for the estimate that people read
 * @param nanoTime monotonic time in nanoseconds, for everything that is measured
 * @param pause lets time pass between two attempts
 * @param silence how long a stream may bring no byte; three heartbeats of the service
 * @param patience how long a service that had answered may be away, as in a restart
 */
record Timing(
    InstantSource clock, LongSupplier nanoTime, Pause pause, Duration silence, Duration patience) {
  @FunctionalInterface
  interface Pause {
    void last(Duration duration) throws InterruptedException;
  }

  static Timing real() {
    return new Timing(
        InstantSource.system(),
        System::nanoTime,
        Thread::sleep,
        Duration.ofSeconds(45),
        Duration.ofSeconds(60));
  }
}
