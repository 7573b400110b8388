package dev.headway.http;

import dev.headway.api.ProblemCode;
import dev.headway.api.ProblemException;
import io.netty.handler.codec.http.cookie.ServerCookieDecoder;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The session: a caller's token in a cookie, which a browser sends by itself where a page can set
 * no header. The service remembers nothing of it.
 */
final class SessionCookies {
  /**
   * Set by this host, for this host and over HTTPS only: browsers see to it (RFC 6265bis, 4.1.3).
   */
  private static final String SECURE_NAME = "__Host-headway-session";

  /** The prefix demands HTTPS. */
  private static final String LOCAL_NAME = "headway-session";

  /** Browsers drop a cookie whose name and value are longer together (RFC 6265bis, 5.6). */
  private static final int MAX_LENGTH = 4096;

  private final boolean secure;
  private final String name;

  SessionCookies(boolean secure) {
    this.secure = secure;
    this.name = secure ? SECURE_NAME : LOCAL_NAME;
  }

  boolean isSecure() {
    return secure;
  }

  /** Whether a request shows a session, whatever it is worth. */
  static boolean isIn(HttpServerRequest request) {
    String cookies = request.getHeader(HttpHeaders.COOKIE);
    return cookies != null && cookies.contains(LOCAL_NAME + "="); // the other name ends with it
  }

  /** The token in the request's cookie. */
  Optional<String> tokenIn(HttpServerRequest request) {
    if (!isIn(request)) {
      return Optional.empty();
    }
    // Vert.x shows one cookie of each name, and of two nobody knows which is the caller's own.
    List<String> all =
        request.headers().getAll(HttpHeaders.COOKIE).stream()
            .flatMap(cookies -> ServerCookieDecoder.STRICT.decodeAll(cookies).stream())
            .filter(cookie -> cookie.name().equals(name))
            .map(cookie -> cookie.value())
            .toList();
    if (all.size() > 1) {
      throw new ProblemException(ProblemCode.INVALID_TOKEN, "Send one session cookie.");
    }
    return all.stream().filter(value -> !value.isEmpty()).findFirst();
  }

  /** The cookie that holds this token, or {@code INVALID_REQUEST} where none can. */
  Cookie of(String token, Duration life) {
    if (name.length() + token.length() > MAX_LENGTH) {
      throw new ProblemException(
          ProblemCode.INVALID_REQUEST,
          "The token has %d characters, and a browser keeps no cookie longer than %d with its name. Use stream tickets, or ask the identity provider for smaller tokens."
              .formatted(token.length(), MAX_LENGTH));
    }
    return cookie(token).setMaxAge(life.toSeconds());
  }

  /** The cookie that takes the place of any, and is gone at once. */
  Cookie none() {
    return cookie("").setMaxAge(0);
  }

  private Cookie cookie(String value) {
    return Objects.requireNonNull(
        Cookie.cookie(name, value)
            .setPath("/")
            .setHttpOnly(true)
            .setSecure(secure)
            .setSameSite(CookieSameSite.STRICT));
  }
}
