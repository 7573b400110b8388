package dev.headway.http;

import dev.headway.api.ContractDocument;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;

/** Serves the contract as OpenAPI. */
final class ServeContract implements Endpoint {
  private final WebRoot.Asset document = WebRoot.asset("openapi.json", ContractDocument.openApi());

  @Override
  public Future<?> answer(RoutingContext ctx) {
    // Asked again each time: what is deployed may have changed.
    Map<String, String> headers = Map.of("ETag", document.entityTag(), "Cache-Control", "no-cache");
    if (document.isHeldBy(ctx.request().headers().getAll("If-None-Match"))) {
      return Answers.send(ctx, 304, headers);
    }
    ctx.response().putHeader("Content-Type", document.contentType());
    return Answers.send(ctx, 200, headers, document.body());
  }
}
