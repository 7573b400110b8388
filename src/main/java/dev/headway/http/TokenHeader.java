package dev.headway.http;

import dev.headway.api.ProblemCode;
import dev.headway.api.ProblemException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.Base64;
import java.util.Optional;

/** What a token says about its own signature; believed only to choose the key. */
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
    try {
      byte[] json = Base64.getUrlDecoder().decode(token.substring(0, first));
      JsonObject header = new JsonObject(Buffer.buffer(json));
      if (header.getValue("alg") instanceof String algorithm) {
        return new TokenHeader(algorithm, keyId(header.getValue("kid")));
      }
    } catch (IllegalArgumentException | DecodeException e) {
      // Not base64, or not JSON: as invalid as the wrong JSON.
    }
    throw invalid();
  }

  private static Optional<String> keyId(Object value) {
    return value instanceof String id ? Optional.of(id) : Optional.empty();
  }

  static ProblemException invalid() {
    return new ProblemException(ProblemCode.INVALID_TOKEN, "The token was not accepted.");
  }
}
