package dev.headway;

import dev.headway.http.JwtAuthenticator;
import dev.headway.http.TokenRules;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What the readers of a warm-up show, and who checks it: a token for each, signed with a key that
 * was made for the warm-up and is kept by nobody.
 */
final class WarmUpTokens {
  private static final String ISSUER = "warm-up";
  private static final String AUDIENCE = "warm-up";
  private static final String KEY_ID = "warm-up";

  private final List<String> tokens;
  private final Supplier<JwtAuthenticator> authenticators;

  private WarmUpTokens(List<String> tokens, Supplier<JwtAuthenticator> authenticators) {
    this.tokens = tokens;
    this.authenticators = authenticators;
  }

  /** Signs what is to be signed. */
  @FunctionalInterface
  private interface Signer {
    byte[] sign(byte[] text) throws GeneralSecurityException;
  }

  /** As an identity provider makes them. */
  static WarmUpTokens ofProvider(Vertx vertx, String subject, int count, InstantSource clock) {
    KeyPair keys = newKeys();
    Signer signer =
        text -> {
          var signature = Signature.getInstance("SHA256withRSA");
          signature.initSign(keys.getPrivate());
          signature.update(text);
          return signature.sign();
        };
    return new WarmUpTokens(
        tokens(header("RS256").put("kid", KEY_ID), ISSUER, subject, count, clock, signer),
        () ->
            JwtAuthenticator.forKeys(
                vertx,
                List.of(published(keys)),
                TokenRules.published(ISSUER, Set.of(AUDIENCE)),
                clock));
  }

  /** As they are made with a shared key. */
  static WarmUpTokens ofSharedKey(Vertx vertx, String subject, int count, InstantSource clock) {
    byte[] key = new byte[32];
    new SecureRandom().nextBytes(key);
    Signer signer =
        text -> {
          var mac = Mac.getInstance("HmacSHA256");
          mac.init(new SecretKeySpec(key, "HmacSHA256"));
          return mac.doFinal(text);
        };
    return new WarmUpTokens(
        tokens(header("HS256"), TokenRules.DEVELOPMENT_ISSUER, subject, count, clock, signer),
        () -> JwtAuthenticator.forDevelopment(vertx, key, TokenRules.development(), clock));
  }

  String get(int number) {
    return tokens.get(number);
  }

  /** Has seen none of the tokens yet: making new ones takes far longer. */
  JwtAuthenticator newAuthenticator() {
    return authenticators.get();
  }

  private static KeyPair newKeys() {
    try {
      var generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JVM has RSA", e);
    }
  }

  private static JsonObject published(KeyPair keys) {
    var key = (RSAPublicKey) keys.getPublic();
    return new JsonObject()
        .put("kty", "RSA")
        .put("kid", KEY_ID)
        .put("alg", "RS256")
        .put("n", encoded(key.getModulus().toByteArray()))
        .put("e", encoded(key.getPublicExponent().toByteArray()));
  }

  private static JsonObject header(String algorithm) {
    return new JsonObject().put("alg", algorithm).put("typ", "JWT");
  }

  private static List<String> tokens(
      JsonObject header,
      String issuer,
      String subject,
      int count,
      InstantSource clock,
      Signer signer) {
    long now = clock.instant().getEpochSecond();
    var claims =
        new JsonObject()
            .put("sub", subject)
            .put("iss", issuer)
            .put("aud", AUDIENCE)
            .put("iat", now)
            .put("exp", now + TimeUnit.MINUTES.toSeconds(5))
            // What identity providers add.
            .put("email", "somebody@example.com")
            .put("scope", "openid profile email");
    List<String> tokens = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      String text =
          encoded(header.encode())
              + "."
              + encoded(claims.put("jti", new UUID(0, i).toString()).encode());
      try {
        byte[] signature = signer.sign(text.getBytes(StandardCharsets.US_ASCII));
        tokens.add(text + "." + encoded(signature));
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("every JVM has what is in " + header, e);
      }
    }
    return tokens;
  }

  private static String encoded(String text) {
    return encoded(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String encoded(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
