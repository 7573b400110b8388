package dev.headway.http;

import dev.headway.api.ProblemCode;
import dev.headway.api.ProblemException;
import dev.headway.api.Representation;
import dev.headway.status.OwnerId;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/**
 * Answers {@code {"user": "ada"}} with a token for her. Only pages of this machine's own address
 * get one: a name that somebody else's server points to 127.0.0.1 is not among the hosts, and a
 * page on another origin is told apart by its {@code Origin}.
 */
final class SignInDeveloper implements Endpoint {
  private static final Set<String> HOSTS = Set.of("127.0.0.1", "localhost", "[::1]", "::1");
  private static final int MAX_BODY_BYTES = 4096;

  private final DevelopmentSignIn signIn;
  private final Duration patience;

  SignInDeveloper(DevelopmentSignIn signIn, Duration patience) {
    this.signIn = signIn;
    this.patience = patience;
  }

  @Override
  public Future<?> answer(RoutingContext ctx) {
    requireOwnPage(ctx.request());
    return SmallBody.read(ctx.vertx(), ctx.request(), MAX_BODY_BYTES, patience)
        .map(body -> signIn.tokens().apply(user(body)))
        .compose(token ->
            Answers.send(
                ctx,
                200,
                Map.of(
                    "Content-Type", Representation.JSON.contentType(), "Cache-Control", "no-store"),
                new JsonObject().put("token", token).toBuffer()));
  }

  private static void requireOwnPage(HttpServerRequest request) {
    HostAndPort host = request.authority();
    String origin = request.getHeader("Origin");
    if (host == null
        || !HOSTS.contains(host.host())
        || (origin != null && !origin.equals("http://" + host))) {
      throw new ProblemException(ProblemCode.NOT_FOUND, "Nothing is served under this address.");
    }
  }

  private static OwnerId user(Buffer body) {
    try {
      return new OwnerId(String.valueOf(new JsonObject(body).getValue("user", "")));
    } catch (DecodeException | IllegalArgumentException e) {
      throw new ProblemException(ProblemCode.INVALID_REQUEST, "Name a user.");
    }
  }
}
