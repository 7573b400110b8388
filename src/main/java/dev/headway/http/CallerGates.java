package dev.headway.http;

import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * What a request passes on its way to a route that is somebody's own, in this order: the quota of
 * its address, before anything is spent on its token; the token; the quota of its user. All event
 * loops share them.
 */
final class CallerGates {
  private final LongAdder refused = new LongAdder();
  private final List<Handler<RoutingContext>> all;

  CallerGates(RequestLimits limits, Authenticator authenticator, LongSupplier ticker) {
    var addresses = new ClientAddress(limits.trustedProxies());
    all =
        List.of(
            new RateGate<>(
                "address", limits.address(), ctx -> addresses.of(ctx.request()), ticker, refused),
            new Authentication(authenticator),
            new RateGate<>(
                "user",
                limits.user(),
                ctx -> Authentication.callerOf(ctx).owner(),
                ticker,
                refused));
  }

  List<Handler<RoutingContext>> all() {
    return all;
  }

  /** Requests that were refused because of a quota, since the start. */
  long refused() {
    return refused.sum();
  }
}
