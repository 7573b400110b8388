package dev.headway.http;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.security.SecureRandom;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Names requests, so that an answer and a line of the log can be brought together. Made here and
 * never taken from outside: a name that a caller chooses could be any text, and another's.
 */
final class RequestIds {
  static final String HEADER = "X-Request-Id";

  /** Tells this start of this node from all others. */
  private final String start =
      Long.toUnsignedString(new SecureRandom().nextLong() >>> 14, Character.MAX_RADIX);

  private final AtomicLong count = new AtomicLong();

  /** Gives the request its name, which its response carries. Any thread. */
  void name(HttpServerRequest request) {
    String id = start + "-" + Long.toString(count.incrementAndGet(), Character.MAX_RADIX);
    request.response().putHeader(HEADER, id);
  }

  static String of(HttpServerResponse response) {
    return Objects.requireNonNullElse(response.headers().get(HEADER), "unnamed");
  }
}
