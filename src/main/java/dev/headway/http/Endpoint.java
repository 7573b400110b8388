package dev.headway.http;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;

/**
 * A route's work. The future says when the answer was handed over; if it fails, or the method
 * throws, the failure is answered.
 */
@FunctionalInterface
interface Endpoint {
  Future<?> answer(RoutingContext ctx);

  /** As the router wants it. What is thrown here the router catches itself. */
  default Handler<RoutingContext> asHandler() {
    return ctx -> answer(ctx).onFailure(ctx::fail);
  }
}
