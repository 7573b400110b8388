package dev.headway.conformance;

import dev.headway.contract.Seen;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;

/**
 * The server under test, and who asks it.
 *
 * @param base its address, without a path
 * @param token of the user who owns everything that is made
 * @param secondToken of another user, who must not see it
 * @param shortToken of the first user, over within two minutes
 * @param limitedToken of a user whose quota may be used up
 * @param origin of a page that the server lets read its answers
 * @param uploads of the first user, for servers where none can be made
 * @param expiring of the first user, an upload whose record's life is over within two minutes
 * @param drain makes the server go down as it does when it is stopped; returns when that has begun
 * @param tls whom to trust
 * @param seen takes every answer
 */
record Target(
    URI base,
    String token,
    Optional<String> secondToken,
    Optional<Supplier<String>> shortToken,
    Optional<String> limitedToken,
    Optional<String> origin,
    List<String> uploads,
    Optional<Supplier<String>> expiring,
    Optional<Drain> drain,
    SSLContext tls,
    Seen seen) {
  /** Whatever begins a drain. */
  @FunctionalInterface
  interface Drain {
    void begin() throws Exception;
  }

  boolean isSecure() {
    return base.getScheme().equals("https");
  }

  String host() {
    return base.getRawAuthority();
  }
}
