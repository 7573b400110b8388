package dev.headway.http;

import dev.headway.api.ProblemCode;
import dev.headway.api.ProblemException;
import dev.headway.status.OwnerId;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/** Judges what a token says, once its signature is proved. */
final class Claims {
  /** 1 January 10000: no honest token lives longer, and no sum with it overflows. */
  private static final double MAX_EPOCH_SECOND = 253_402_300_800.0;

  private static final String ACCESS = "access";

  private final TokenRules rules;
  private final InstantSource clock;

  Claims(TokenRules rules, InstantSource clock) {
    this.rules = rules;
    this.clock = clock;
  }

  /**
   * Whom the claims name and until when, or {@code INVALID_TOKEN}; not whether that time has
   * passed.
   */
  Proved judge(JsonObject claims) {
    Instant expiry = time(claims, "exp").orElseThrow(() -> invalid("The token never expires."));
    Optional<Instant> notBefore = time(claims, "nbf");
    if (notBefore.isPresent()
        && clock.instant().plus(rules.clockSkew()).isBefore(notBefore.get())) {
      throw invalid("The token is not valid yet.");
    }
    if (!rules.issuer().equals(claims.getValue("iss"))) {
      throw invalid("The token is from another issuer.");
    }
    // What says what it is for is for nothing else: Cognito's id token tells a page who its user
    // is,
    // and names the same application as the access token.
    Object use = claims.getValue("token_use");
    if (use != null && !ACCESS.equals(use)) {
      throw invalid("The token is no access token.");
    }
    if (!rules.audiences().isEmpty() && !isMeantForUs(claims)) {
      throw invalid("The token is for another audience.");
    }
    return new Proved(owner(claims), expiry, expiry.plus(rules.clockSkew()));
  }

  /** The caller of a token that was found genuine, or {@code TOKEN_EXPIRED}. */
  Caller stillValid(Proved proved) {
    Instant now = clock.instant();
    if (!now.isBefore(proved.acceptedUntil())) {
      throw new ProblemException(ProblemCode.TOKEN_EXPIRED, "Get a new token and try again.");
    }
    // A stream that is opened within the clock skew must not end at once, or it would come back
    // at once.
    Instant until = now.isBefore(proved.expiry()) ? proved.expiry() : proved.acceptedUntil();
    return new Caller(proved.owner(), until);
  }

  private boolean isMeantForUs(JsonObject claims) {
    return names(claims.getValue("aud")) || names(claims.getValue("client_id"));
  }

  private boolean names(Object audience) {
    if (audience instanceof JsonArray several) {
      return several.stream().anyMatch(rules.audiences()::contains);
    }
    return audience instanceof String one && rules.audiences().contains(one);
  }

  private static OwnerId owner(JsonObject claims) {
    if (claims.getValue("sub") instanceof String subject) {
      try {
        return new OwnerId(subject);
      } catch (IllegalArgumentException e) {
        throw invalid("The token names no usable subject.");
      }
    }
    throw invalid("The token names no subject.");
  }

  private static Optional<Instant> time(JsonObject claims, String name) {
    Object value = claims.getValue(name);
    if (value == null) {
      return Optional.empty();
    }
    if (value instanceof Number number
        && number.doubleValue() >= 0
        && number.doubleValue() < MAX_EPOCH_SECOND) {
      return Optional.of(Instant.ofEpochMilli((long) (number.doubleValue() * 1000)));
    }
    throw invalid("The token has a time that is none.");
  }

  private static ProblemException invalid(String detail) {
    return new ProblemException(ProblemCode.INVALID_TOKEN, detail);
  }

  /**
   * A token's owner.
   *
   * @param expiry as the token says it
   * @param acceptedUntil later by the clock skew
   */
  record Proved(OwnerId owner, Instant expiry, Instant acceptedUntil) {}
}
