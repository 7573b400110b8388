package dev.headway.http;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * How often somebody may ask.
 *
 * @param perSecond lasting rate, requests; 0 for no limit
 * @param burst requests that are possible at once after a rest
 */
public record RateLimit(int perSecond, int burst) {
  public static final RateLimit NONE = new RateLimit(0, 0);

  /** What the contract allows a user: several tabs that poll every 2 s stay far below. */
  public static final RateLimit OF_A_USER = ofRate(10);

  /** What it allows an address, behind which there may be an office. */
  public static final RateLimit OF_AN_ADDRESS = ofRate(200);

  public RateLimit {
    if (perSecond < 0 || burst < perSecond) {
      throw new IllegalArgumentException(
          "a burst is at least one second's requests: " + perSecond + ", " + burst);
    }
  }

  /** With bursts of ten seconds' requests. */
  public static RateLimit ofRate(int perSecond) {
    return new RateLimit(perSecond, Math.multiplyExact(perSecond, 10));
  }

  boolean isNone() {
    return perSecond == 0;
  }

  /**
   * A full bucket of tokens, one for each request; empty where there is no limit.
   *
   * @param ticker monotonic nanoseconds
   */
  public Optional<Bucket> bucket(LongSupplier ticker) {
    return isNone() ? Optional.empty() : Optional.of(full(ticker));
  }

  private Bucket full(LongSupplier ticker) {
    return Bucket.builder()
        .addLimit(
            bandwidth -> bandwidth.capacity(burst).refillGreedy(perSecond, Duration.ofSeconds(1)))
        .withCustomTimePrecision(new Ticker(ticker))
        .build();
  }

  private record Ticker(LongSupplier ticker) implements TimeMeter {
    @Override
    public long currentTimeNanos() {
      return ticker.getAsLong();
    }

    @Override
    public boolean isWallClockBased() {
      return false;
    }
  }
}
