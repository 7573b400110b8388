package dev.headway.hub;

import dev.headway.status.UploadId;
import java.util.concurrent.CompletionStage;

/** Where a hub turns when the promised sign of life of an upload does not come. */
@FunctionalInterface
public interface StallMarker {
  /**
   * Marks the upload as stalled if its record still has this version. Called on an event loop: must
   * not block.
   *
   * @return completes when that is settled, fails when it could not be tried
   */
  CompletionStage<?> markStalled(UploadId id, long version);
}
