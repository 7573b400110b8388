package dev.headway.http;

import dev.headway.api.Representation;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;

/** Tells the page what it has to know. */
final class ServeSettings implements Endpoint {
  private final Buffer body;

  ServeSettings(PageSettings settings) {
    var json =
        new JsonObject()
            .put("standInModel", settings.standInModel())
            .put("maxFileSize", settings.maxFileSize());
    settings
        .developmentSignIn()
        .ifPresent(signIn -> json.put("developmentUsers", new JsonArray(signIn.users())));
    this.body = json.toBuffer();
  }

  @Override
  public Future<?> answer(RoutingContext ctx) {
    return Answers.send(
        ctx,
        200,
        Map.of("Content-Type", Representation.JSON.contentType(), "Cache-Control", "no-cache"),
        body);
  }
}
