package dev.headway.http;

import dev.headway.api.ProblemCode;
import dev.headway.api.ProblemException;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Lets only requests pass that prove who asks, by the first of these that they show: the header
 * with a token; where it is the stream of one upload, a ticket for it; the session cookie, if an
 * own page sent it. What is shown and is no proof is refused, whatever else there is.
 */
final class Authentication implements Handler<RoutingContext> {
  private static final String CALLER = Caller.class.getName();

  private final Authenticator authenticator;
  private final Tickets tickets;
  private final SessionCookies cookies;
  private final OwnPages ownPages;

  Authentication(
      Authenticator authenticator, Tickets tickets, SessionCookies cookies, OwnPages ownPages) {
    this.authenticator = authenticator;
    this.tickets = tickets;
    this.cookies = cookies;
    this.ownPages = ownPages;
  }

  /** The caller of a request that has passed. */
  static Caller callerOf(RoutingContext ctx) {
    Caller caller = ctx.get(CALLER);
    return Objects.requireNonNull(caller, "the route asks for a caller without authentication");
  }

  @Override
  public void handle(RoutingContext ctx) {
    Future<Caller> caller = prove(ctx);
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

  private Future<Caller> prove(RoutingContext ctx) {
    HttpServerRequest request = ctx.request();
    List<String> headers = request.headers().getAll(HttpHeaders.AUTHORIZATION);
    if (!headers.isEmpty()) {
      return authenticator.authenticate(BearerToken.of(headers));
    }
    List<String> shown = StreamRequests.tickets(ctx);
    if (!shown.isEmpty() && StreamRequests.isForOne(request)) {
      return Future.succeededFuture(tickets.open(UploadIds.of(ctx), single(shown)));
    }
    Optional<String> token = cookies.tokenIn(request);
    if (token.isEmpty()) {
      throw shown.isEmpty() ? BearerToken.missing() : opensStreamsOnly();
    }
    if (HttpMethod.GET.equals(request.method()) || HttpMethod.HEAD.equals(request.method())) {
      ownPages.requireReader(request);
    } else {
      ownPages.requireWriter(request);
    }
    return authenticator.authenticate(token.get());
  }

  private static String single(List<String> shown) {
    if (shown.size() > 1) {
      throw new ProblemException(ProblemCode.INVALID_TOKEN, "Send one ticket.");
    }
    return shown.getFirst();
  }

  private static ProblemException opensStreamsOnly() {
    return new ProblemException(
        ProblemCode.UNAUTHORIZED,
        "A ticket opens the event stream of its upload, and nothing else. Send the header"
            + " Authorization: Bearer with your token.");
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
