package dev.headway.bus;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the nodes of one service meet: a Redis or Valkey server and a channel on it.
 *
 * @param tls whether the connection is encrypted, and the server's name checked
 * @param authority a file of PEM certificates to trust in place of the platform's own
 * @param channel of publish and subscribe; services that share a server have one each
 */
public record BusAddress(
    String host,
    int port,
    boolean tls,
    Optional<String> user,
    Optional<String> password,
    Optional<Path> authority,
    String channel) {
  private static final int DEFAULT_PORT = 6379;

  private static final String FORM = "redis://[user:password@]host[:port], or rediss:// for TLS";

  /**
   * Reads {@code redis://user:password@host:port}; {@code rediss} stands for TLS, and a password
   * without a user is written {@code :password@}. What has a meaning in an address must be percent
   * encoded in user and password.
   *
   * @throws IllegalArgumentException with what is wrong, and without the password
   */
  public static BusAddress parse(String text, Optional<Path> authority, String channel) {
    URI uri;
    try {
      uri = URI.create(text);
    } catch (IllegalArgumentException e) {
      // Without the cause: it repeats the text, and with it the password.
      throw new IllegalArgumentException("the bus is not an address; it is " + FORM);
    }
    boolean tls = "rediss".equals(uri.getScheme());
    if (!tls && !"redis".equals(uri.getScheme())) {
      throw new IllegalArgumentException("the bus is " + FORM);
    }
    if (uri.getHost() == null) {
      throw new IllegalArgumentException("the address of the bus names no host; it is " + FORM);
    }
    boolean more = uri.getRawQuery() != null || uri.getRawFragment() != null;
    if (more || !uri.getRawPath().replace("/", "").isEmpty()) {
      throw new IllegalArgumentException(
          "the address of the bus ends after the port: publish and subscribe know no databases");
    }
    if (authority.isPresent() && !tls) {
      throw new IllegalArgumentException("certificates are of use with rediss:// only");
    }
    String userInfo = Optional.ofNullable(uri.getRawUserInfo()).orElse("");
    int colon = userInfo.indexOf(':');
    if (!userInfo.isEmpty() && colon < 0) {
      throw new IllegalArgumentException("the address of the bus has a user without a password");
    }
    int port = uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort();
    return new BusAddress(
        uri.getHost(),
        port,
        tls,
        decoded(userInfo.substring(0, Math.max(0, colon))),
        decoded(userInfo.substring(colon + 1)),
        authority,
        channel);
  }

  /** Percent decoding as in a path: a plus is a plus. */
  private static Optional<String> decoded(String raw) {
    return Optional.of(raw)
        .filter(text -> !text.isEmpty())
        .map(text -> URI.create("x:/" + text).getPath().substring(1));
  }

  /** The address without user and password, for logs. */
  @Override
  public String toString() {
    return "%s://%s:%d channel %s".formatted(tls ? "rediss" : "redis", host, port, channel);
  }
}
