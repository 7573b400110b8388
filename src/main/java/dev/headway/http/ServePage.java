package dev.headway.http;

import dev.headway.api.ProblemCode;
import dev.headway.api.ProblemException;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;

/** Serves the page; the end of the line for every path that nothing else has. */
final class ServePage implements Endpoint {
  private static final List<HttpMethod> METHODS = List.of(HttpMethod.GET, HttpMethod.HEAD);

  private final WebRoot webRoot;
  private final String contentSecurityPolicy;

  ServePage(WebRoot webRoot, SequencedSet<String> uploadOrigins) {
    this.webRoot = webRoot;
    this.contentSecurityPolicy =
        "default-src 'self'; connect-src 'self'"
            + String.join("", uploadOrigins.stream().map(origin -> " " + origin).toList())
            + "; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self';"
            + " frame-ancestors 'none'";
  }

  @Override
  public Future<?> answer(RoutingContext ctx) {
    HttpServerRequest request = ctx.request();
    WebRoot.Asset asset = webRoot.find(ctx.normalizedPath()).orElseThrow(ServePage::notFound);
    if (!METHODS.contains(request.method())) {
      ctx.response().putHeader("Allow", Cors.list(METHODS));
      throw new ProblemException(
          ProblemCode.METHOD_NOT_ALLOWED, "Allowed here: " + Cors.list(METHODS) + ".");
    }
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("ETag", asset.entityTag());
    // Asked again each time, so that a page never runs with yesterday's modules.
    headers.put("Cache-Control", "no-cache");
    headers.put("Content-Security-Policy", contentSecurityPolicy);
    headers.put("Referrer-Policy", "no-referrer");
    headers.put("Cross-Origin-Opener-Policy", "same-origin");
    if (asset.isHeldBy(request.headers().getAll("If-None-Match"))) {
      return Answers.send(ctx, 304, headers);
    }
    headers.put("Content-Type", asset.contentType());
    return Answers.send(ctx, 200, headers, asset.body());
  }

  private static ProblemException notFound() {
    return new ProblemException(ProblemCode.NOT_FOUND, "Nothing is served under this address.");
  }
}
