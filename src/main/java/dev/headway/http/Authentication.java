package dev.headway.http;

import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.util.Objects;

/** Lets only requests pass whose bearer token names a caller. */
final class Authentication implements Handler<RoutingContext> {
  private static final String CALLER = Caller.class.getName();

  private final Authenticator authenticator;

  Authentication(Authenticator authenticator) {
    this.authenticator = authenticator;
  }

  /** The caller of a request that has passed. */
  static Caller callerOf(RoutingContext ctx) {
    Caller caller = ctx.get(CALLER);
    return Objects.requireNonNull(caller, "the route asks for a caller without authentication");
  }

  @Override
  public void handle(RoutingContext ctx) {
    String token = BearerToken.of(ctx.request().headers().getAll("Authorization"));
    Future<Caller> caller = authenticator.authenticate(token);
    if (caller.isComplete()) {
      proceed(ctx, caller);
      return;
    }
    // Keys are being fetched, on whichever event loop asked for them first. Until they are there
    // the body must wait.
    Context loop = ctx.vertx().getOrCreateContext();
    ctx.request().pause();
    caller.onComplete(done -> loop.runOnContext(back -> resume(ctx, done)));
  }

  private static void resume(RoutingContext ctx, AsyncResult<Caller> caller) {
    if (!ctx.request().isEnded()) {
      ctx.request().resume();
    }
    proceed(ctx, caller);
  }

  private static void proceed(RoutingContext ctx, AsyncResult<Caller> caller) {
    if (caller.succeeded()) {
      ctx.put(CALLER, caller.result());
      ctx.next();
    } else {
      ctx.fail(caller.cause());
    }
  }
}
