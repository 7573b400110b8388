package dev.headway.http;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Whom a request comes from, as far as proxies in front of the service are trusted to say so.
 *
 * <p>Each proxy adds the address of whoever it took the request from to the end of {@code
 * X-Forwarded-For}. So with <i>n</i> proxies of our own the <i>n</i>-th entry from the end is the
 * last one that a client could not write itself. A request with fewer entries did not come through
 * all of them, and counts as what it is: a connection.
 */
final class ClientAddress {
  private static final int LONGEST_LITERAL = 64;
  private static final int NETWORK_BYTES = 8;

  private final int trustedProxies;

  /**
   * @param trustedProxies how many in a row stand between clients and the service
   */
  ClientAddress(int trustedProxies) {
    this.trustedProxies = trustedProxies;
  }

  /**
   * The client's address; of IPv6 the network of 64 bits, since one subscriber has all of it.
   * Requests whose address cannot be told are one client.
   */
  ByteBuffer of(HttpServerRequest request) {
    String connection = literal(request.remoteAddress());
    return trustedProxies == 0
        ? key(connection)
        : of(request.headers().getAll("X-Forwarded-For"), connection);
  }

  /**
   * @param forwarded the values of {@code X-Forwarded-For}, in their order
   * @param connection whoever is connected
   */
  ByteBuffer of(List<String> forwarded, String connection) {
    String[] entries = String.join(",", forwarded).split(",", -1);
    return forwarded.isEmpty() || entries.length < trustedProxies
        ? key(connection)
        : key(withoutPort(entries[entries.length - trustedProxies].strip()));
  }

  /** The same of a connection, whoever it speaks for. */
  static ByteBuffer key(@Nullable SocketAddress connected) {
    return key(literal(connected));
  }

  /** The same of a connection that nobody has looked at yet. */
  static ByteBuffer key(InetAddress address) {
    byte[] bytes = address.getAddress();
    return ByteBuffer.wrap(
        address instanceof Inet6Address ? Arrays.copyOf(bytes, NETWORK_BYTES) : bytes);
  }

  private static String literal(@Nullable SocketAddress connected) {
    return connected == null ? "" : Objects.requireNonNullElse(connected.hostAddress(), "");
  }

  private static ByteBuffer key(String literal) {
    if (literal.length() > LONGEST_LITERAL) {
      return ByteBuffer.allocate(0);
    }
    try {
      return key(InetAddress.ofLiteral(literal));
    } catch (IllegalArgumentException e) {
      return ByteBuffer.allocate(0);
    }
  }

  /** Some proxies write {@code 203.0.113.9:4711} or {@code [2001:db8::1]:4711}. */
  private static String withoutPort(String entry) {
    if (entry.startsWith("[") && entry.indexOf(']') > 0) {
      return entry.substring(1, entry.indexOf(']'));
    }
    int colon = entry.indexOf(':');
    return colon > 0 && colon == entry.lastIndexOf(':') ? entry.substring(0, colon) : entry;
  }
}
