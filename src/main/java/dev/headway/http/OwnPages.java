package dev.headway.http;

import dev.headway.api.ProblemCode;
import dev.headway.api.ProblemException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import org.jspecify.annotations.Nullable;

/**
 * Tells pages of the service's own origin from all others. A browser sends the cookie on its own,
 * so for a request that has nothing else to show, it must be known that one of our pages made it.
 *
 * <p>{@code SameSite=Strict} alone would let the pages of sibling hosts in ({@code
 * blog.example.com} is the same site as {@code app.example.com}).
 */
final class OwnPages {
  private static final String FETCH_SITE = "Sec-Fetch-Site";

  private final String scheme;

  /**
   * @param secure whether browsers come over HTTPS, by whatever the requests come here
   */
  OwnPages(boolean secure) {
    this.scheme = secure ? "https://" : "http://";
  }

  /**
   * Lets a request pass that only reads: from an own page, or from no page at all, as when somebody
   * types the address. Browsers leave the origin out there.
   */
  void requireReader(HttpServerRequest request) {
    String site = request.getHeader(FETCH_SITE);
    boolean own = site == null || site.equals("same-origin") || site.equals("none");
    String origin = request.getHeader(HttpHeaders.ORIGIN);
    if (!own || (origin != null && !isOwn(origin, request))) {
      throw foreign();
    }
  }

  /** Lets a request pass that changes something: every browser names its origin. */
  void requireWriter(HttpServerRequest request) {
    String site = request.getHeader(FETCH_SITE);
    String origin = request.getHeader(HttpHeaders.ORIGIN);
    if (origin == null) {
      throw new ProblemException(
          ProblemCode.ORIGIN_NOT_ALLOWED,
          "A request that acts with the session cookie must name its page's Origin. Without a page,"
              + " send the header Authorization: Bearer.");
    }
    if ((site != null && !site.equals("same-origin")) || !isOwn(origin, request)) {
      throw foreign();
    }
  }

  /** Lets a request pass that has something else to show, unless a foreign page made it. */
  void refuseForeign(HttpServerRequest request) {
    if (request.headers().contains(HttpHeaders.ORIGIN)) {
      requireWriter(request);
    }
  }

  /** The host as the browser addressed it, which all that stands in front has to pass on. */
  private boolean isOwn(String origin, HttpServerRequest request) {
    return origin.equalsIgnoreCase(scheme + written(request.authority()));
  }

  private String written(@Nullable HostAndPort authority) {
    if (authority == null) {
      return "";
    }
    int usual = scheme.startsWith("https") ? 443 : 80;
    return authority.port() <= 0 || authority.port() == usual
        ? authority.host()
        : authority.host() + ":" + authority.port();
  }

  private static ProblemException foreign() {
    return new ProblemException(
        ProblemCode.ORIGIN_NOT_ALLOWED,
        "The session cookie is for pages of this service's own origin. Elsewhere, send the header"
            + " Authorization: Bearer, or open streams with a ticket.");
  }
}
