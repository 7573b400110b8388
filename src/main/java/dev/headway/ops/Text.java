package dev.headway.ops;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;

/** Answers operators; what they ask for is never kept in a cache. */
final class Text {
  private Text() {}

  static void answer(RoutingContext ctx, int httpStatus, String contentType, String text) {
    Buffer body = Buffer.buffer(text);
    HttpServerResponse response =
        ctx.response()
            .setStatusCode(httpStatus)
            .putHeader("Content-Type", contentType)
            .putHeader("Cache-Control", "no-store")
            .putHeader("Content-Length", Integer.toString(body.length()));
    if (HttpMethod.HEAD.equals(ctx.request().method())) {
      response.end();
    } else {
      response.end(body);
    }
  }
}
