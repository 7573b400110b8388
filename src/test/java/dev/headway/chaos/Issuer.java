package dev.headway.chaos;

import dev.headway.http.Tokens;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/** An identity provider: publishes one key, and signs tokens with it. */
final class Issuer {
  static final String NAME = "https://issuer.example";
  static final String AUDIENCE = "chaos";
  static final String OWNER = "chaos";

  private static final String KEY_ID = "one";
  private static final Duration LIFETIME = Duration.ofHours(4);

  private final KeyPair keys = Tokens.rsa(2048);
  private final HttpServer server;

  Issuer(Vertx vertx) throws Exception {
    String published =
        new JsonObject().put("keys", new JsonArray().add(Tokens.jwk(KEY_ID, keys))).encode();
    server =
        vertx
            .createHttpServer()
            .requestHandler(request ->
                request.response().putHeader("Content-Type", "application/json").end(published))
            .listen(0, "127.0.0.1")
            .await(5, TimeUnit.SECONDS);
  }

  String jwks() {
    return "http://127.0.0.1:" + server.actualPort() + "/keys";
  }

  /** A token for the one owner of everything. */
  String token() {
    Instant now = Instant.now();
    return Tokens.rs256(
        KEY_ID,
        new JsonObject()
            .put("sub", OWNER)
            .put("iss", NAME)
            .put("aud", AUDIENCE)
            .put("iat", now.getEpochSecond())
            .put("exp", now.plus(LIFETIME).getEpochSecond()),
        keys.getPrivate());
  }
}
