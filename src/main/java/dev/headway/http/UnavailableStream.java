package dev.headway.http;

import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;

/**
 * What answers an {@code EventSource} that cannot be served now with a stream that says so and
 * ends: {@code EventStreams::unavailable}.
 */
@FunctionalInterface
public interface UnavailableStream {
  /**
   * Answers. Called on the request's event loop; headers that are set already stay.
   *
   * @param notBefore the least time after which to come back
   * @param problemJson what others get as the body
   */
  void answer(HttpServerRequest request, Duration notBefore, String problemJson);
}
