package dev.headway.http;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;

/** Writes whole answers, so that HEAD gets what GET would, without the body. */
final class Answers {
  private Answers() {}

  /** An answer with a body. */
  static Future<Void> send(
      RoutingContext ctx, int httpStatus, Map<String, String> headers, Buffer body) {
    HttpServerResponse response = ctx.response().setStatusCode(httpStatus);
    headers.forEach(response::putHeader);
    return end(response, body, isHead(ctx.request()));
  }

  /** An answer that has no body whatever the method. */
  static Future<Void> send(RoutingContext ctx, int httpStatus, Map<String, String> headers) {
    HttpServerResponse response = ctx.response().setStatusCode(httpStatus);
    headers.forEach(response::putHeader);
    return response.end();
  }

  static Future<Void> end(HttpServerResponse response, Buffer body, boolean head) {
    response.putHeader("Content-Length", Integer.toString(body.length()));
    return head ? response.end() : response.end(body);
  }

  static boolean isHead(HttpServerRequest request) {
    return HttpMethod.HEAD.equals(request.method());
  }
}
