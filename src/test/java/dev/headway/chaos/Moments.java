package dev.headway.chaos;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Time in a measurement. To hold a fault for a while is the measurement itself, so here, and
 * nowhere else in this package, a thread waits for time to pass.
 */
final class Moments {
  private static final Duration LOOK_EVERY = Duration.ofMillis(50);

  private Moments() {}

  static long now() {
    return System.nanoTime();
  }

  static void hold(Duration time) throws InterruptedException {
    Thread.sleep(time);
  }

  static void holdUntil(long moment) {
    for (long left; (left = moment - now()) > 0; ) {
      LockSupport.parkNanos(left);
    }
  }

  /** Waits until something is so; false if it was not in time. */
  static boolean until(Duration within, BooleanSupplier condition) throws InterruptedException {
    long end = now() + within.toNanos();
    while (!condition.getAsBoolean()) {
      if (now() - end >= 0) {
        return false;
      }
      Thread.sleep(LOOK_EVERY);
    }
    return true;
  }
}
