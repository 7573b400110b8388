package dev.headway.http;

import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;

/** Begins and ends sessions: puts the caller's token into a cookie, or takes it out. */
final class Sessions {
  private static final Map<String, String> HEADERS = Map.of("Cache-Control", "no-store");

  private final SessionCookies cookies;
  private final OwnPages ownPages;
  private final InstantSource clock;

  Sessions(SessionCookies cookies, OwnPages ownPages, InstantSource clock) {
    this.cookies = cookies;
    this.ownPages = ownPages;
    this.clock = clock;
  }

  /** For a caller who was authenticated; a session is begun with the header, never with itself. */
  Future<?> begin(RoutingContext ctx) {
    ownPages.refuseForeign(ctx.request());
    String token = BearerToken.of(ctx.request().headers().getAll(HttpHeaders.AUTHORIZATION));
    Caller caller = Authentication.callerOf(ctx);
    Duration life = Duration.between(clock.instant(), caller.authorizedUntil());
    ctx.response().addCookie(cookies.of(token, life));
    return Answers.send(ctx, 204, HEADERS);
  }

  /** For anybody: also a cookie that proves nothing any more can be taken out. */
  Future<?> end(RoutingContext ctx) {
    ownPages.refuseForeign(ctx.request());
    ctx.response().addCookie(cookies.none());
    return Answers.send(ctx, 204, HEADERS);
  }
}
