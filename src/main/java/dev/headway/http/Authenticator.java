package dev.headway.http;

import io.vertx.core.Future;

/** Finds out whose a bearer token is. */
@FunctionalInterface
public interface Authenticator {
  /**
   * The caller. Fails with a {@code ProblemException}: {@code TOKEN_EXPIRED}, {@code
   * INVALID_TOKEN}, or {@code OVERLOADED} while the keys cannot be had. Called on an event loop;
   * may complete on any thread.
   *
   * @param token as the caller sent it; anything at all
   */
  Future<Caller> authenticate(String token);
}
