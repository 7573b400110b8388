package dev.headway.hub;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.headway.status.OwnedUpload;
import dev.headway.status.OwnerId;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * What was created through this node a moment ago, and what the owner's list may not name yet: who
 * creates an upload here sees it in the list here. Any thread.
 */
final class NewUploads {
  /** The list is late by less than a second as a rule; this is for the exception. */
  private static final Duration LATE = Duration.ofSeconds(30);

  private static final int MOST_OWNERS = 10_000;
  private static final int MOST_OF_ONE = 100;

  private final Cache<OwnerId, List<OwnedUpload>> cache;

  NewUploads(MonotonicClock clock) {
    cache =
        Caffeine.newBuilder()
            .ticker(clock::now)
            .executor(Runnable::run)
            .expireAfterWrite(LATE)
            .maximumSize(MOST_OWNERS)
            .build();
  }

  void created(OwnerId owner, OwnedUpload upload) {
    cache
        .asMap()
        .merge(
            owner,
            List.of(upload),
            (before, one) ->
                Stream.concat(one.stream(), before.stream())
                    .distinct()
                    .limit(MOST_OF_ONE)
                    .toList());
  }

  List<OwnedUpload> of(OwnerId owner) {
    List<OwnedUpload> lately = cache.getIfPresent(owner);
    return lately == null ? List.of() : lately;
  }
}
