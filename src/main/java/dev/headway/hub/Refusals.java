package dev.headway.hub;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.headway.status.OwnerId;
import dev.headway.status.UploadId;
import java.time.Duration;

/**
 * Who asked in vain for which upload a moment ago, so that a poller of a wrong id does not cost a
 * read each time. By asker, and not by what the board holds of the upload: an answer that came
 * quicker because somebody else watches it would tell that it exists. Any thread.
 */
final class Refusals {
  /** About 150 bytes each; who is forgotten costs a read. */
  private static final int MOST = 10_000;

  private final Cache<Asked, Boolean> lately;

  Refusals(Duration rememberedFor, MonotonicClock clock) {
    lately =
        Caffeine.newBuilder()
            .ticker(clock::now)
            .executor(Runnable::run)
            .maximumSize(MOST)
            .expireAfterWrite(rememberedFor)
            .build();
  }

  boolean has(OwnerId asker, UploadId id) {
    return lately.getIfPresent(new Asked(asker, id)) != null;
  }

  void add(OwnerId asker, UploadId id) {
    lately.put(new Asked(asker, id), Boolean.TRUE);
  }

  private record Asked(OwnerId asker, UploadId id) {}
}
