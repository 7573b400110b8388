package dev.headway.http;

import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.time.InstantSource;
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
  private final SessionCookies cookies;
  private final OwnPages ownPages;
  private final Handler<RoutingContext> address;
  private final Handler<RoutingContext> authentication;
  private final Handler<RoutingContext> user;

  CallerGates(
      RequestLimits limits,
      Authenticator authenticator,
      Tickets tickets,
      BrowserAccess browsers,
      LongSupplier ticker) {
    var addresses = new ClientAddress(limits.trustedProxies());
    cookies = new SessionCookies(browsers.secureCookies());
    ownPages = new OwnPages(browsers.secureCookies());
    address =
        new RateGate<>(
            "address", limits.address(), ctx -> addresses.of(ctx.request()), ticker, refused);
    authentication = new Authentication(authenticator, tickets, cookies, ownPages);
    user =
        new RateGate<>(
            "user", limits.user(), ctx -> Authentication.callerOf(ctx).owner(), ticker, refused);
  }

  /** For what is somebody's own. */
  List<Handler<RoutingContext>> callers() {
    return List.of(address, authentication, user);
  }

  /** For what anybody may ask, but not without end. */
  List<Handler<RoutingContext>> addresses() {
    return List.of(address);
  }

  Sessions sessions(InstantSource clock) {
    return new Sessions(cookies, ownPages, clock);
  }

  /** Requests that were refused because of a quota, since the start. */
  long refused() {
    return refused.sum();
  }
}
