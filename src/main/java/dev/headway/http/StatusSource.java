package dev.headway.http;

import dev.headway.hub.Reading;
import dev.headway.status.OwnerId;
import dev.headway.status.UploadId;
import io.vertx.core.Future;
import java.util.Optional;

/** Where the newest record of an upload comes from: {@code Hub::read}. */
@FunctionalInterface
public interface StatusSource {
  /**
   * The newest version. Called on an event loop, where the future completes; it fails when the
   * table had to be read and could not be.
   *
   * @param atLeast a version that the caller has seen, 0 for none
   * @param asker who learns of their own uploads only
   */
  Future<Optional<Reading>> read(UploadId id, long atLeast, OwnerId asker);
}
