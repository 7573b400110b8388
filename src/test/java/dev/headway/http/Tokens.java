package dev.headway.http;

import dev.headway.api.ProblemCode;
import dev.headway.api.ProblemException;
import io.vertx.core.json.JsonObject;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.concurrent.CompletionException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs tokens, good and bad ones, with nothing but the JDK. */
public final class Tokens {
  static final byte[] SHARED_KEY =
      "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private Tokens() {}

  /** Claims that the development rules accept. */
  static JsonObject claims(String subject, Instant now) {
    return new JsonObject()
        .put("sub", subject)
        .put("iss", TokenRules.DEVELOPMENT_ISSUER)
        .put("iat", now.getEpochSecond())
        .put("exp", now.plus(Duration.ofHours(1)).getEpochSecond());
  }

  static String hs256(JsonObject claims) {
    return hs256(new JsonObject().put("alg", "HS256").put("typ", "JWT"), claims, SHARED_KEY);
  }

  public static String hs256(JsonObject header, JsonObject claims, byte[] key) {
    return sign(header, claims, new SecretKeySpec(key, "HmacSHA256"), "HmacSHA256");
  }

  /** Of parts that are signed as they are, whatever they say. */
  static String hs256(String header, String claims) {
    String signed = header + "." + base64(claims);
    return signed + "." + hmac(signed);
  }

  private static String hmac(String signed) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(SHARED_KEY, "HmacSHA256"));
      return base64(mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII)));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  static String rs256(JsonObject header, JsonObject claims, PrivateKey key) {
    return sign(header.copy().put("alg", "RS256"), claims, key, "SHA256withRSA");
  }

  public static String rs256(String keyId, JsonObject claims, PrivateKey key) {
    return sign(
        new JsonObject().put("alg", "RS256").put("kid", keyId), claims, key, "SHA256withRSA");
  }

  static String es256(String keyId, JsonObject claims, PrivateKey key) {
    return sign(
        new JsonObject().put("alg", "ES256").put("kid", keyId),
        claims,
        key,
        "SHA256withECDSAinP1363Format");
  }

  /** With a signature as other protocols write it. */
  static String es256Der(String keyId, JsonObject claims, PrivateKey key) {
    return sign(
        new JsonObject().put("alg", "ES256").put("kid", keyId), claims, key, "SHA256withECDSA");
  }

  static String unsigned(JsonObject header, JsonObject claims, String signature) {
    return base64(header.encode()) + "." + base64(claims.encode()) + "." + signature;
  }

  private static String sign(JsonObject header, JsonObject claims, Key key, String algorithm) {
    String signed = base64(header.encode()) + "." + base64(claims.encode());
    byte[] text = signed.getBytes(StandardCharsets.US_ASCII);
    try {
      if (key instanceof PrivateKey privateKey) {
        Signature signature = Signature.getInstance(algorithm);
        signature.initSign(privateKey);
        signature.update(text);
        return signed + "." + base64(signature.sign());
      }
      Mac mac = Mac.getInstance(algorithm);
      mac.init(key);
      return signed + "." + base64(mac.doFinal(text));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  public static KeyPair rsa(int bits) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(bits);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  static KeyPair ec() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  public static JsonObject jwk(String keyId, KeyPair keys) {
    JsonObject jwk = new JsonObject().put("kid", keyId).put("use", "sig");
    return switch (keys.getPublic()) {
      case RSAPublicKey key ->
          jwk.put("kty", "RSA")
              .put("alg", "RS256")
              .put("n", base64(unsigned(key.getModulus())))
              .put("e", base64(unsigned(key.getPublicExponent())));
      case ECPublicKey key ->
          jwk.put("kty", "EC")
              .put("crv", "P-256")
              .put("x", base64(sized(key.getW().getAffineX())))
              .put("y", base64(sized(key.getW().getAffineY())));
      default -> throw new AssertionError("no such key");
    };
  }

  private static byte[] unsigned(BigInteger number) {
    byte[] bytes = number.toByteArray();
    return bytes[0] == 0 ? java.util.Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
  }

  private static byte[] sized(BigInteger coordinate) {
    byte[] bytes = unsigned(coordinate);
    byte[] sized = new byte[32];
    System.arraycopy(bytes, 0, sized, 32 - bytes.length, bytes.length);
    return sized;
  }

  static String base64(String text) {
    return base64(text.getBytes(StandardCharsets.UTF_8));
  }

  static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  static JsonObject without(JsonObject claims, String name) {
    claims.remove(name);
    return claims;
  }

  /** Why the token is not accepted. */
  static ProblemCode refusal(Authenticator authenticator, String token) {
    try {
      authenticator.authenticate(token).await();
    } catch (ProblemException problem) {
      return problem.code();
    } catch (CompletionException e) {
      throw new AssertionError("not a problem", e.getCause());
    }
    throw new AssertionError("was accepted");
  }
}
