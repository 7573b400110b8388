package dev.headway.http;

import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;

/**
 * What operators ask a service. Each handler answers by itself, on the event loop, and blocks not.
 *
 * @param live whether the process should go on living
 * @param ready whether it should get requests
 * @param metrics Prometheus text
 */
public record Operations(
    Handler<RoutingContext> live, Handler<RoutingContext> ready, Handler<RoutingContext> metrics) {}
