package dev.headway.http;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.Bucket;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * A bucket of tokens for each asker, of those that asked lately. For any thread.
 *
 * @param <K> what tells askers apart
 */
final class Quotas<K> {
  /**
   * About 300 bytes each. Beyond that, whoever has not asked for the longest time starts afresh: a
   * flood from a million addresses costs neither memory nor anybody else's quota.
   */
  private static final int MAX_ASKERS = 100_000;

  private final RateLimit limit;
  private final LongSupplier ticker;
  private final Duration untilFull;
  private final Cache<K, Bucket> buckets;

  /**
   * @param ticker monotonic nanoseconds
   */
  Quotas(RateLimit limit, LongSupplier ticker) {
    this.limit = limit;
    this.ticker = ticker;
    this.untilFull = Duration.ofSeconds(1 + limit.burst() / Math.max(1, limit.perSecond()));
    this.buckets =
        Caffeine.newBuilder()
            .maximumSize(MAX_ASKERS)
            .expireAfterAccess(untilFull)
            .ticker(ticker::getAsLong)
            .executor(Runnable::run)
            .build();
  }

  /** Somebody's tokens; there must be a limit. */
  Bucket of(K who) {
    return buckets.get(who, key -> limit.bucket(ticker).orElseThrow());
  }

  /** After that time a bucket is full again, and as good as none. */
  Duration untilFull() {
    return untilFull;
  }

  /** For tests: how many askers are remembered. */
  long askers() {
    buckets.cleanUp();
    return buckets.estimatedSize();
  }
}
