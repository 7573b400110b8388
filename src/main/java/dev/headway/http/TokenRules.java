package dev.headway.http;

import java.time.Duration;
import java.util.Set;

/**
 * Which tokens are accepted, apart from their signature.
 *
 * @param issuer that {@code iss} must name
 * @param audiences of which {@code aud} must name one; {@code client_id} counts too, because
 *     Cognito's access tokens have no {@code aud}. Empty: not looked at
 * @param algorithms of signatures; others are refused before anything is computed
 * @param clockSkew how far the issuer's clock may be from ours
 */
public record TokenRules(
    String issuer, Set<String> audiences, Set<String> algorithms, Duration clockSkew) {
  public static final Duration DEFAULT_CLOCK_SKEW = Duration.ofSeconds(30);
  public static final String DEVELOPMENT_ISSUER = "headway-development";

  static final String HS256 = "HS256";
  static final String RS256 = "RS256";
  static final String ES256 = "ES256";

  /** What this service knows how to check. */
  private static final Set<String> KNOWN = Set.of(HS256, RS256, ES256);

  public TokenRules {
    audiences = Set.copyOf(audiences);
    algorithms = Set.copyOf(algorithms);
    if (issuer.isBlank()) {
      throw new IllegalArgumentException("tokens come from an issuer");
    }
    if (algorithms.isEmpty() || !KNOWN.containsAll(algorithms)) {
      throw new IllegalArgumentException("signatures are checked by " + KNOWN + " only");
    }
    if (algorithms.contains(HS256) && algorithms.size() > 1) {
      // A public key must never be usable as a shared one.
      throw new IllegalArgumentException("a shared key excludes published ones");
    }
    if (clockSkew.isNegative()) {
      throw new IllegalArgumentException("clock skew is a distance: " + clockSkew);
    }
  }

  /** For tokens of an identity provider that publishes its keys. */
  public static TokenRules published(String issuer, Set<String> audiences) {
    if (audiences.isEmpty()) {
      throw new IllegalArgumentException("say which audience is meant: others share the issuer");
    }
    return new TokenRules(issuer, audiences, Set.of(RS256, ES256), DEFAULT_CLOCK_SKEW);
  }

  /** For tokens that are made and checked on one machine, by one clock. */
  public static TokenRules development() {
    return new TokenRules(DEVELOPMENT_ISSUER, Set.of(), Set.of(HS256), Duration.ZERO);
  }
}
