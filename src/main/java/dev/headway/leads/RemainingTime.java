package dev.headway.leads;

import java.time.Duration;

/** How long the current invocation may still run; asked again and again. */
@FunctionalInterface
public interface RemainingTime {
  Duration left();
}
