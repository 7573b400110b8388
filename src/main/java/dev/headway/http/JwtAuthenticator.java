package dev.headway.http;

import dev.headway.api.ProblemCode;
import dev.headway.api.ProblemException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.User;
import io.vertx.ext.auth.authentication.TokenCredentials;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.net.URI;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks JSON web tokens: the algorithm against a list, then the signature, then the claims; what
 * passed is remembered. Any event loop.
 */
public final class JwtAuthenticator implements Authenticator {
  private static final Logger log = LoggerFactory.getLogger(JwtAuthenticator.class);

  /** RFC 7518, 3.2: a key of HS256 is at least as long as its hash. */
  private static final int MIN_SHARED_KEY_BYTES = 32;

  /** RFC 7518, 3.4: 64 bytes, in Base64. */
  private static final int ES256_SIGNATURE_LENGTH = 86;

  private final TokenKeys keys;
  private final TokenRules rules;
  private final Claims claims;
  private final VerifiedTokens verified;

  JwtAuthenticator(TokenKeys keys, TokenRules rules, InstantSource clock) {
    this.keys = keys;
    this.rules = rules;
    this.claims = new Claims(rules, clock);
    this.verified = new VerifiedTokens();
  }

  /** For tokens that were signed with a shared key, on a developer's machine. */
  public static JwtAuthenticator forDevelopment(
      Vertx vertx, byte[] key, TokenRules rules, InstantSource clock) {
    if (key.length < MIN_SHARED_KEY_BYTES) {
      throw new IllegalArgumentException(
          "a shared key has at least " + MIN_SHARED_KEY_BYTES + " bytes, not " + key.length);
    }
    JsonObject jwk =
        new JsonObject()
            .put("kty", "oct")
            .put("alg", TokenRules.HS256)
            .put("k", Base64.getUrlEncoder().withoutPadding().encodeToString(key));
    return forKeys(vertx, List.of(jwk), rules, clock);
  }

  /**
   * For tokens that were signed with keys that are known.
   *
   * @param jwks JSON Web Keys
   */
  public static JwtAuthenticator forKeys(
      Vertx vertx, List<JsonObject> jwks, TokenRules rules, InstantSource clock) {
    Future<JWTAuth> only = Future.succeededFuture(signatures(vertx, jwks));
    return new JwtAuthenticator(keyId -> only, rules, clock);
  }

  /**
   * For tokens of an identity provider.
   *
   * @param jwks where it publishes its keys; https, or on this machine
   */
  public static JwtAuthenticator forIssuer(
      Vertx vertx, URI jwks, TokenRules rules, InstantSource clock) {
    return new JwtAuthenticator(
        new PublishedKeys(
            vertx, jwks, rules.algorithms(), PublishedKeys.Pace.DEFAULT, System::nanoTime),
        rules,
        clock);
  }

  /** Checks signatures only: claims are judged here, by an injected clock. */
  static JWTAuth signatures(Vertx vertx, List<JsonObject> jwks) {
    return JWTAuth.create(
        vertx,
        new JWTAuthOptions()
            .setJwks(jwks)
            .setJWTOptions(new JWTOptions().setIgnoreExpiration(true)));
  }

  @Override
  public Future<Caller> authenticate(String token) {
    try {
      VerifiedTokens.Digest digest = VerifiedTokens.digest(token);
      Optional<Claims.Proved> known = verified.find(digest);
      return known.isPresent()
          ? Future.succeededFuture(claims.stillValid(known.get()))
          : verify(token, digest).map(claims::stillValid);
    } catch (ProblemException problem) {
      return Future.failedFuture(problem);
    }
  }

  private Future<Claims.Proved> verify(String token, VerifiedTokens.Digest digest) {
    TokenHeader header = TokenHeader.of(token);
    if (!rules.algorithms().contains(header.algorithm()) || !fits(header.algorithm(), token)) {
      throw TokenHeader.invalid();
    }
    return keys.forKey(header.keyId())
        .compose(signatures ->
            // After a start thousands wait for the keys, many with one token: one check is enough,
            // and thousands in one turn of an event loop were seconds.
            verified
                .find(digest)
                .map(Future::succeededFuture)
                .orElseGet(() -> check(signatures, token, digest)));
  }

  /** Vert.x would take the signature in the form of other protocols too, and so two for one. */
  private static boolean fits(String algorithm, String token) {
    return !algorithm.equals(TokenRules.ES256)
        || token.length() - token.lastIndexOf('.') - 1 == ES256_SIGNATURE_LENGTH;
  }

  private Future<Claims.Proved> check(
      JWTAuth signatures, String token, VerifiedTokens.Digest digest) {
    return Future.succeededFuture()
        // Composed, because odd claims make it throw.
        .compose(start -> signatures.authenticate(new TokenCredentials(token)))
        .recover(JwtAuthenticator::refuse)
        .map(user -> {
          Claims.Proved proved = claims.judge(claimsOf(token));
          var _ = claims.stillValid(proved); // what has expired is not worth remembering
          verified.put(digest, proved);
          return proved;
        });
  }

  /** Of a token whose three parts and signature were found in order. */
  private static JsonObject claimsOf(String token) {
    String part = token.substring(token.indexOf('.') + 1, token.lastIndexOf('.'));
    return StrictJson.object(part).orElseThrow(TokenHeader::invalid);
  }

  /** Says to nobody but the log why a signature was refused, and there without the token. */
  private static Future<User> refuse(Throwable failure) {
    if (failure instanceof ProblemException) {
      return Future.failedFuture(failure);
    }
    log.debug("a token was refused: {}", failure.getClass().getName());
    return Future.failedFuture(
        new ProblemException(ProblemCode.INVALID_TOKEN, "The token was not accepted."));
  }
}
