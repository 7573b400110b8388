package dev.headway.http;

/**
 * How often callers may ask, and on how many connections.
 *
 * @param trustedProxies how many in a row stand in front of the service and tell in {@code
 *     X-Forwarded-For} whom they speak for; too few, and everybody behind a load balancer shares
 *     the quota of its address
 * @param connections at once, those of all callers together
 */
public record RequestLimits(
    RateLimit user, RateLimit address, int trustedProxies, long connections) {
  /** The contract's, with as many connections as the operating system grants. */
  public static final RequestLimits DEFAULT =
      new RequestLimits(RateLimit.OF_A_USER, RateLimit.OF_AN_ADDRESS, 0, Long.MAX_VALUE);

  /** None at all. */
  public static final RequestLimits NONE =
      new RequestLimits(RateLimit.NONE, RateLimit.NONE, 0, Long.MAX_VALUE);

  public RequestLimits {
    if (connections < 1) {
      throw new IllegalArgumentException("some connections must be possible: " + connections);
    }
    if (trustedProxies < 0) {
      throw new IllegalArgumentException("proxies are 0 or more, not " + trustedProxies);
    }
  }
}
