package dev.headway.bench.hub;

import com.sun.net.httpserver.HttpServer;
import dev.headway.HubBenchNode;
import dev.headway.http.TokenRules;
import dev.headway.http.Tokens;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Tokens for thousands of callers, each its own, and the keys to check them with. */
final class Callers implements AutoCloseable {
  private static final String KEY_ID = "bench";

  private final byte[] shared =
      "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private final KeyPair pair = Tokens.rsa(2048);
  private final HttpServer issuer;

  Callers() throws IOException {
    byte[] published =
        new JsonObject()
            .put("keys", new JsonArray().add(Tokens.jwk(KEY_ID, pair)))
            .encode()
            .getBytes(StandardCharsets.UTF_8);
    issuer = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    issuer.createContext(
        "/keys",
        exchange -> {
          exchange.sendResponseHeaders(200, published.length);
          try (var body = exchange.getResponseBody()) {
            body.write(published);
          }
        });
    issuer.start();
  }

  /** What the node is told to check HS256 with. */
  String sharedKey() {
    return HexFormat.of().formatHex(shared);
  }

  /** Where the node finds the keys for RS256. */
  String publishedKeys() {
    return "http://127.0.0.1:" + issuer.getAddress().getPort() + "/keys";
  }

  Path hs256(int count) throws IOException {
    var header = new JsonObject().put("alg", "HS256").put("typ", "JWT");
    return write(
        count,
        number -> Tokens.hs256(header, claims(number, TokenRules.DEVELOPMENT_ISSUER), shared));
  }

  Path rs256(int count) throws IOException {
    return write(
        count,
        number -> Tokens.rs256(KEY_ID, claims(number, HubBenchNode.ISSUER), pair.getPrivate()));
  }

  /** About what an identity provider puts in. */
  private static JsonObject claims(int number, String issuer) {
    Instant now = Instant.now();
    return new JsonObject()
        .put("sub", Uploads.OWNER)
        .put("iss", issuer)
        .put("aud", HubBenchNode.AUDIENCE)
        .put("iat", now.getEpochSecond())
        .put("exp", now.plus(Duration.ofHours(8)).getEpochSecond())
        .put("jti", new UUID(number, 1).toString())
        .put("sid", new UUID(1, number).toString())
        .put("email", "person%05d@example.com".formatted(number))
        .put("scope", "openid profile email uploads");
  }

  private static Path write(int count, Function<Integer, String> token) throws IOException {
    List<String> tokens = IntStream.range(0, count).parallel().boxed().map(token).toList();
    Path file = Files.createTempFile("headway-bench", ".tokens");
    file.toFile().deleteOnExit();
    return Files.write(file, tokens);
  }

  @Override
  public void close() {
    issuer.stop(0);
  }
}
