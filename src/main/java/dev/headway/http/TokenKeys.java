package dev.headway.http;

import io.vertx.core.Future;
import io.vertx.ext.auth.jwt.JWTAuth;
import java.util.Optional;

/** Where the keys that tokens are checked with come from. */
@FunctionalInterface
interface TokenKeys {
  /**
   * What checks signatures. Fails with a {@code ProblemException} while there are no keys at all.
   * May complete on any thread.
   *
   * @param keyId that a token names; keys that are cached are fetched again where it is not among
   *     them
   */
  Future<JWTAuth> forKey(Optional<String> keyId);
}
