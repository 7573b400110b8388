package dev.headway.http;

import dev.headway.hub.Reading;
import io.vertx.core.http.HttpServerRequest;
import java.time.Instant;
import java.util.OptionalLong;

/** What answers a request with an event stream: {@code EventStreams::open}. */
@FunctionalInterface
public interface StreamOpener {
  /**
   * Takes the request over. Called on its event loop, for a caller who may see the record; headers
   * that are set already stay.
   *
   * @param lastEventId the version that the reader has already
   * @param authorizedUntil when the caller's token ends, and the stream with it
   */
  void open(
      HttpServerRequest request,
      Reading current,
      OptionalLong lastEventId,
      Instant authorizedUntil);
}
