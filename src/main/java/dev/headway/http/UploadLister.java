package dev.headway.http;

import dev.headway.hub.UploadPage;
import dev.headway.status.OwnedUpload;
import dev.headway.status.OwnerId;
import io.vertx.core.Future;
import java.util.Optional;

/** Where the list of a caller's uploads comes from: {@code Hub::newestOf}. */
@FunctionalInterface
public interface UploadLister {
  /**
   * The newest uploads with their newest versions. Called on an event loop, where the future
   * completes; it fails when the table had to be read and could not be.
   *
   * @param after only what comes after this place
   */
  Future<UploadPage> newestOf(OwnerId owner, int limit, Optional<OwnedUpload> after);
}
