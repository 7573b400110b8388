package dev.headway.http;

/**
 * How often callers may ask, and on how many connections.
 *
 * @param trustedProxies how many in a row stand in front of the service and tell in {@code
 *     X-Forwarded-For} whom they speak for; too few, and everybody behind a load balancer shares
 *     the quota of its address
 * @param connections at once, those of all callers together
 * @param connectionsOfAnAddress at once; of IPv6 a network of 64 bits is one address. New ones may
 *     come as fast as the whole of them every 20 s, and that many at once after a rest. Behind
 *     trusted proxies neither holds: there all connections are theirs
 */
public record RequestLimits(
    RateLimit user,
    RateLimit address,
    int trustedProxies,
    long connections,
    long connectionsOfAnAddress) {
  /** Far more than a household or an office needs, and too few to fill a node with. */
  public static final int CONNECTIONS_OF_AN_ADDRESS = 2_000;

  /** The contract's, with as many connections as the operating system grants. */
  public static final RequestLimits DEFAULT =
      new RequestLimits(
          RateLimit.OF_A_USER, RateLimit.OF_AN_ADDRESS, 0, Long.MAX_VALUE, Long.MAX_VALUE);

  /** None at all. */
  public static final RequestLimits NONE =
      new RequestLimits(RateLimit.NONE, RateLimit.NONE, 0, Long.MAX_VALUE, Long.MAX_VALUE);

  public RequestLimits {
    if (connections < 1 || connectionsOfAnAddress < 1) {
      throw new IllegalArgumentException(
          "some connections must be possible: %d, %d of one address"
              .formatted(connections, connectionsOfAnAddress));
    }
    if (trustedProxies < 0) {
      throw new IllegalArgumentException("proxies are 0 or more, not " + trustedProxies);
    }
  }

  /** Whether the connections of an address are its own, and bounded. */
  boolean limitsAddresses() {
    return trustedProxies == 0 && connectionsOfAnAddress != Long.MAX_VALUE;
  }
}
