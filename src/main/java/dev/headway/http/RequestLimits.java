package dev.headway.http;

/**
 * How often callers may ask.
 *
 * @param trustedProxies how many in a row stand in front of the service and tell in {@code
 *     X-Forwarded-For} whom they speak for; too few, and everybody behind a load balancer shares
 *     the quota of its address
 */
public record RequestLimits(RateLimit user, RateLimit address, int trustedProxies) {
  /** The contract's. */
  public static final RequestLimits DEFAULT =
      new RequestLimits(RateLimit.OF_A_USER, RateLimit.OF_AN_ADDRESS, 0);

  public RequestLimits {
    if (trustedProxies < 0) {
      throw new IllegalArgumentException("proxies are 0 or more, not " + trustedProxies);
    }
  }
}
