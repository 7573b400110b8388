package dev.headway.http;

import dev.headway.status.OwnerId;
import dev.headway.status.UploadId;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import java.time.Instant;
import java.util.Set;

/** What answers a request with an event stream of many uploads: {@code EventStreams::openMany}. */
@FunctionalInterface
public interface UploadsStreamOpener {
  /**
   * Takes the request over, on its event loop; headers that are set already stay.
   *
   * @param picks the uploads to show, as far as they are the owner's; all if empty
   * @param authorizedUntil when the caller's token ends, and the stream with it
   * @return fails, with nothing answered, when the uploads cannot be read
   */
  Future<Void> open(
      HttpServerRequest request, OwnerId owner, Set<UploadId> picks, Instant authorizedUntil);
}
