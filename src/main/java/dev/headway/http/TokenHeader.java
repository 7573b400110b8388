package dev.headway.http;

import dev.headway.api.ProblemCode;
import dev.headway.api.ProblemException;
import io.vertx.core.json.JsonObject;
import java.util.Optional;

/**
 * What a token says about its own signature; believed only to choose the key. Keys that it brings
 * along or says where to find ({@code jwk}, {@code jku}, {@code x5c}, {@code x5u}) are not looked
 * at.
 */
record TokenHeader(String algorithm, Optional<String> keyId) {
  static TokenHeader of(String token) {
    int first = token.indexOf('.');
    int second = token.indexOf('.', first + 1);
    // Header, claims and signature, none of them empty.
    if (first < 1
        || second < first + 2
        || second == token.length() - 1
        || token.indexOf('.', second + 1) >= 0) {
      throw invalid();
    }
    JsonObject header =
        StrictJson.object(token.substring(0, first)).orElseThrow(TokenHeader::invalid);
    // Whoever made it demands that something is understood which is not (RFC 7515, 4.1.11).
    if (header.containsKey("crit") || !(header.getValue("alg") instanceof String algorithm)) {
      throw invalid();
    }
    return new TokenHeader(algorithm, keyId(header));
  }

  private static Optional<String> keyId(JsonObject header) {
    Object id = header.getValue("kid");
    if (id == null) {
      return Optional.empty();
    }
    if (id instanceof String text) {
      return Optional.of(text);
    }
    throw invalid();
  }

  static ProblemException invalid() {
    return new ProblemException(ProblemCode.INVALID_TOKEN, "The token was not accepted.");
  }
}
