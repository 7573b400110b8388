package dev.headway.lambda;

import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The content of a secret, read when it is first needed and again from time to time: a function's
 * snapshot holds none, and a new content is used without a new version of the function. Any thread.
 */
final class SecretText implements Supplier<String> {
  private static final Logger log = LoggerFactory.getLogger(SecretText.class);

  private static final long FRESH = Duration.ofMinutes(5).toNanos();

  private final Supplier<String> read;
  private final LongSupplier ticker;
  private @Nullable String text;
  private long readAt;

  /**
   * @param ticker nanoseconds of a monotonic clock
   */
  SecretText(Supplier<String> read, LongSupplier ticker) {
    this.read = read;
    this.ticker = ticker;
  }

  @Override
  public synchronized String get() {
    String known = text;
    if (known != null && ticker.getAsLong() - readAt < FRESH) {
      return known;
    }
    try {
      known = read.get();
    } catch (RuntimeException e) {
      if (known == null) {
        throw e;
      }
      log.warn("a secret cannot be read again; the content of before is used", e);
    }
    readAt = ticker.getAsLong();
    text = known;
    return known;
  }
}
