package dev.headway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;

/** What can be said of a token without knowing its key. Pure. */
final class TokenLook {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String CHECK = "token";

  /** A stream ends with its token, so one that ends so soon is hardly worth opening. */
  private static final Duration SOON = Duration.ofMinutes(2);

  /** Times beyond it cannot be added to (RFC 7519 allows any number). */
  private static final double MAX_EPOCH_SECOND = 253_402_300_800.0;

  private TokenLook() {}

  /**
   * Judges the times in a token.
   *
   * @param now by the service's clock, which is the one that counts
   */
  static Finding at(String token, Instant now) {
    Optional<JsonNode> read = claims(token);
    if (read.isEmpty()) {
      return Finding.note(CHECK, "is no JSON Web Token, so it does not say when it ends");
    }
    JsonNode claims = read.get();
    Optional<Instant> notBefore = time(claims, "nbf");
    if (notBefore.isPresent() && notBefore.get().isAfter(now)) {
      String wait = Finding.said(Duration.between(now, notBefore.get()));
      return Finding.problem(CHECK, Ailment.TOKEN, "is not valid for another " + wait);
    }
    String of = Printable.of(claims.path("sub").asText("nobody named"));
    Optional<Instant> end = time(claims, "exp");
    if (end.isEmpty()) {
      return Finding.problem(
          CHECK, Ailment.TOKEN, "of " + of + " says no end (exp), which the service refuses");
    }
    Duration left = Duration.between(now, end.get());
    if (!left.isPositive()) {
      String since = Finding.said(left.negated());
      return Finding.problem(
          CHECK, Ailment.TOKEN, "of " + of + " ended " + since + " ago, at " + end.get());
    }
    String words = "of " + of + " ends in " + Finding.said(left);
    return left.compareTo(SOON) < 0
        ? Finding.note(CHECK, words + ", and the stream with it")
        : Finding.ok(CHECK, words);
  }

  private static Optional<JsonNode> claims(String token) {
    String[] parts = token.split("\\.", -1);
    if (parts.length != 3) {
      return Optional.empty();
    }
    try {
      JsonNode claims = JSON.readTree(Base64.getUrlDecoder().decode(parts[1]));
      return Optional.of(claims).filter(JsonNode::isObject);
    } catch (IllegalArgumentException | IOException _) {
      return Optional.empty();
    }
  }

  private static Optional<Instant> time(JsonNode claims, String name) {
    double seconds = claims.path(name).asDouble(Double.NaN);
    return seconds >= 0 && seconds < MAX_EPOCH_SECOND
        ? Optional.of(Instant.ofEpochMilli((long) (seconds * 1000)))
        : Optional.empty();
  }
}
