package dev.headway.http;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Lets the configured origins read answers. Others are answered too, without the permission: the
 * browser keeps the answer from the page, and what is no browser does not ask. No credentials: a
 * token travels in a header that a page sets itself.
 */
final class Cors {
  private static final String EXPOSED =
      "ETag, Age, Retry-After, RateLimit, RateLimit-Policy, Location, Preference-Applied,"
          + " WWW-Authenticate, X-Request-Id";
  private static final String REQUEST_HEADERS =
      "Authorization, Content-Type, If-None-Match, Last-Event-ID, Prefer";

  /** Browsers cap this; Chromium at two hours. */
  private static final String MAX_AGE_SECONDS = "7200";

  private final Set<String> allowedOrigins;

  Cors(Set<String> allowedOrigins) {
    this.allowedOrigins = Set.copyOf(allowedOrigins);
  }

  /** Marks whatever the answer will be, refusals and failures included. */
  void mark(HttpServerRequest request) {
    HttpServerResponse response = request.response();
    response.putHeader("Vary", "Origin");
    if (isAllowed(request)) {
      response.putHeader("Access-Control-Allow-Origin", request.getHeader("Origin"));
      response.putHeader("Access-Control-Expose-Headers", EXPOSED);
    }
  }

  /** Adds the answer to a preflight, if it is one. */
  void permit(RoutingContext ctx, List<HttpMethod> methods) {
    HttpServerRequest request = ctx.request();
    if (isAllowed(request) && request.headers().contains("Access-Control-Request-Method")) {
      ctx.response()
          .putHeader("Access-Control-Allow-Methods", list(methods))
          .putHeader("Access-Control-Allow-Headers", REQUEST_HEADERS)
          .putHeader("Access-Control-Max-Age", MAX_AGE_SECONDS);
    }
  }

  static String list(List<HttpMethod> methods) {
    return methods.stream().map(HttpMethod::name).collect(Collectors.joining(", "));
  }

  private boolean isAllowed(HttpServerRequest request) {
    String origin = request.getHeader("Origin");
    return origin != null && allowedOrigins.contains(origin);
  }
}
