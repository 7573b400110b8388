package dev.headway.local;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.headway.status.OwnerId;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Mints JSON Web Tokens (RFC 7519) signed with HS256, for one machine only. Needs neither Vert.x
 * nor a running service, so that the command line has one at once.
 */
public final class DevelopmentTokens {
  public static final String ISSUER = "headway-development";

  private static final String HEADER = encoded("{\"alg\":\"HS256\",\"typ\":\"JWT\"}");

  private final DevelopmentKey key;
  private final InstantSource clock;

  public DevelopmentTokens(DevelopmentKey key, InstantSource clock) {
    this.key = key;
    this.clock = clock;
  }

  /**
   * A token for that owner, valid from now.
   *
   * @param lifetime whole seconds count, and it is at least one
   */
  public String mint(OwnerId owner, Duration lifetime) {
    if (lifetime.toSeconds() < 1) {
      throw new IllegalArgumentException("a token lives for a second or more, not " + lifetime);
    }
    long now = clock.instant().getEpochSecond();
    var claims =
        "{\"sub\":\"%s\",\"iss\":\"%s\",\"iat\":%d,\"exp\":%d}"
            .formatted(
                new String(JsonStringEncoder.getInstance().quoteAsString(owner.value())),
                ISSUER,
                now,
                Math.addExact(now, lifetime.toSeconds()));
    var signed = HEADER + "." + encoded(claims);
    return signed + "." + encoded(signature(signed));
  }

  private byte[] signature(String signed) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key.bytes(), mac.getAlgorithm()));
      return mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JVM has HmacSHA256", e);
    }
  }

  private static String encoded(String text) {
    return encoded(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String encoded(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
