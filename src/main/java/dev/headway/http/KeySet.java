package dev.headway.http;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.jwt.JWTAuth;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of a JSON web key set (RFC 7517) that signatures may be checked with.
 *
 * @param ids those of the keys that have one
 */
record KeySet(JWTAuth signatures, Set<String> ids) {
  private static final Logger log = LoggerFactory.getLogger(KeySet.class);

  /** A token without a key id is checked with each of them. */
  private static final int MAX_KEYS = 50;

  /** Shorter RSA keys are accepted by nobody today. */
  private static final int MIN_RSA_MODULUS_BITS = 2048;

  KeySet {
    ids = Set.copyOf(ids);
  }

  /**
   * Takes the usable keys; others in the set, for encryption or of other kinds, are left.
   *
   * @throws RuntimeException where the document is not a key set
   */
  static KeySet parse(Vertx vertx, Buffer document, Set<String> algorithms) {
    JsonArray keys = new JsonObject(document).getJsonArray("keys", new JsonArray());
    List<JsonObject> usable = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    for (Object key : keys) {
      if (key instanceof JsonObject published && usable.size() < MAX_KEYS) {
        usable(vertx, published, algorithms)
            .ifPresent(jwk -> {
              usable.add(jwk);
              if (jwk.getValue("kid") instanceof String id) {
                ids.add(id);
              }
            });
      }
    }
    if (usable.isEmpty()) {
      throw new IllegalArgumentException("the key set holds no key for " + algorithms);
    }
    return new KeySet(JwtAuthenticator.signatures(vertx, usable), ids);
  }

  private static Optional<JsonObject> usable(
      Vertx vertx, JsonObject published, Set<String> algorithms) {
    try {
      Optional<JsonObject> jwk =
          publicPart(published)
              .filter(key -> "sig".equals(published.getString("use", "sig")))
              .filter(key -> algorithms.contains(key.getString("alg")));
      // One broken key must not take the others with it.
      jwk.ifPresent(key -> JwtAuthenticator.signatures(vertx, List.of(key)));
      return jwk;
    } catch (RuntimeException e) {
      log.warn("a key of the issuer is not usable", e);
      return Optional.empty();
    }
  }

  /** Only the members that make the public key, so that nothing else of the document has a say. */
  private static Optional<JsonObject> publicPart(JsonObject key) {
    return switch (Objects.requireNonNullElse(key.getString("kty"), "")) {
      case "RSA" ->
          modulusBits(key) < MIN_RSA_MODULUS_BITS
              ? Optional.empty()
              : Optional.of(copy(key, TokenRules.RS256, "kty", "n", "e"));
      case "EC" ->
          "P-256".equals(key.getString("crv"))
              ? Optional.of(copy(key, TokenRules.ES256, "kty", "crv", "x", "y"))
              : Optional.empty();
      case "oct" -> Optional.empty(); // a published secret
      default -> Optional.empty();
    };
  }

  private static int modulusBits(JsonObject key) {
    return new BigInteger(1, Base64.getUrlDecoder().decode(key.getString("n", ""))).bitLength();
  }

  private static JsonObject copy(JsonObject key, String defaultAlgorithm, String... members) {
    JsonObject copy = new JsonObject().put("alg", key.getString("alg", defaultAlgorithm));
    if (key.getValue("kid") instanceof String id) {
      copy.put("kid", id);
    }
    for (String member : members) {
      copy.put(member, key.getString(member));
    }
    return copy;
  }
}
