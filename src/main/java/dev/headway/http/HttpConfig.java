package dev.headway.http;

import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * How the service is reached.
 *
 * @param host the address to bind; loopback unless something in front protects the port
 * @param port 0 for any that is free
 * @param instances servers that share the port, each on an event loop of its own; as many as there
 *     are event loops spreads the connections over all of them
 * @param allowedOrigins pages on other origins that may call the API; none by default, as the page
 *     that the service serves itself needs no permission
 * @param uploadOrigins where the page sends files to, {@code :*} for any port; its content security
 *     policy lists them
 * @param idleTimeout after which a connection without a byte in either direction is closed. Longer
 *     than four heartbeats of a stream and than the longest wait of a poll, 60 s each, so that it
 *     ends neither
 * @param firstRequest how long a new connection may take to send the head of its first request, and
 *     any caller to send the body of one
 * @param maxBlockingCalls blocking calls at once, of all event loops together; what is beyond is
 *     answered with {@code OVERLOADED} instead of piling up while a database hangs
 * @param limits how often callers may ask
 * @param browsers how a plain {@code EventSource} is let in
 * @param tls for HTTPS, with HTTP/2; empty for plain HTTP/1, as behind something that has it
 */
public record HttpConfig(
    String host,
    int port,
    int instances,
    Set<String> allowedOrigins,
    SequencedSet<String> uploadOrigins,
    PageSettings page,
    Duration idleTimeout,
    Duration firstRequest,
    int maxBlockingCalls,
    RequestLimits limits,
    BrowserAccess browsers,
    Optional<TlsFiles> tls) {
  public static final Duration DEFAULT_IDLE_TIMEOUT = Duration.ofSeconds(75);
  public static final Duration DEFAULT_FIRST_REQUEST = Duration.ofSeconds(20);
  public static final int DEFAULT_MAX_BLOCKING_CALLS = 512;

  /** A scheme, a host, perhaps a port. Nothing that ends a policy or header. */
  private static final Pattern ORIGIN =
      Pattern.compile("https?://(\\[[0-9a-fA-F:.]+]|[A-Za-z0-9._-]+)(:[0-9]{1,5})?");

  /** What a content security policy may name in place of a port. */
  private static final String ANY_PORT = ":*";

  public HttpConfig {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("a port is 0 to 65535, not " + port);
    }
    if (instances < 1) {
      throw new IllegalArgumentException("at least one instance must serve, not " + instances);
    }
    if (idleTimeout.compareTo(Duration.ofSeconds(1)) < 0) {
      throw new IllegalArgumentException("idle time-out must be at least 1 s: " + idleTimeout);
    }
    if (!firstRequest.isPositive()) {
      throw new IllegalArgumentException("a request takes some time: " + firstRequest);
    }
    if (maxBlockingCalls < 1) {
      throw new IllegalArgumentException("blocking calls must be possible: " + maxBlockingCalls);
    }
    allowedOrigins.forEach(HttpConfig::requireOrigin);
    uploadOrigins.stream()
        .map(origin -> origin.endsWith(ANY_PORT) ? origin.replace(ANY_PORT, "") : origin)
        .forEach(HttpConfig::requireOrigin);
    allowedOrigins = Set.copyOf(allowedOrigins);
    uploadOrigins = new LinkedHashSet<>(uploadOrigins);
  }

  /** One instance for a page on its own origin, with the default limits. */
  public static HttpConfig of(String host, int port, PageSettings page) {
    return new HttpConfig(
        host,
        port,
        1,
        Set.of(),
        new LinkedHashSet<>(),
        page,
        DEFAULT_IDLE_TIMEOUT,
        DEFAULT_FIRST_REQUEST,
        DEFAULT_MAX_BLOCKING_CALLS,
        RequestLimits.DEFAULT,
        BrowserAccess.DEFAULT,
        Optional.empty());
  }

  public HttpConfig withInstances(int count) {
    return with(copy -> copy.instances = count);
  }

  public HttpConfig withAllowedOrigins(Set<String> origins) {
    return with(copy -> copy.allowedOrigins = origins);
  }

  public HttpConfig withUploadOrigins(SequencedSet<String> origins) {
    return with(copy -> copy.uploadOrigins = origins);
  }

  public HttpConfig withLimits(RequestLimits others) {
    return with(copy -> copy.limits = others);
  }

  public HttpConfig withBrowsers(BrowserAccess access) {
    return with(copy -> copy.browsers = access);
  }

  public HttpConfig withTls(Optional<TlsFiles> files) {
    return with(copy -> copy.tls = files);
  }

  /** Other patience with callers who are slow. */
  public HttpConfig withPatience(Duration idle, Duration first) {
    return with(copy -> {
      copy.idleTimeout = idle;
      copy.firstRequest = first;
    });
  }

  private HttpConfig with(Consumer<Copy> change) {
    var copy = new Copy(this);
    change.accept(copy);
    return copy.made();
  }

  /** What may differ in a copy, while it is being made. */
  private static final class Copy {
    private final HttpConfig of;
    private int instances;
    private Set<String> allowedOrigins;
    private SequencedSet<String> uploadOrigins;
    private Duration idleTimeout;
    private Duration firstRequest;
    private RequestLimits limits;
    private BrowserAccess browsers;
    private Optional<TlsFiles> tls;

    Copy(HttpConfig of) {
      this.of = of;
      instances = of.instances;
      allowedOrigins = of.allowedOrigins;
      uploadOrigins = of.uploadOrigins;
      idleTimeout = of.idleTimeout;
      firstRequest = of.firstRequest;
      limits = of.limits;
      browsers = of.browsers;
      tls = of.tls;
    }

    HttpConfig made() {
      return new HttpConfig(
          of.host,
          of.port,
          instances,
          allowedOrigins,
          uploadOrigins,
          of.page,
          idleTimeout,
          firstRequest,
          of.maxBlockingCalls,
          limits,
          browsers,
          tls);
    }
  }

  /** The origin of an address, as {@link #uploadOrigins} wants it. */
  public static String originOf(URI address) {
    return address.getScheme() + "://" + address.getRawAuthority();
  }

  private static void requireOrigin(String origin) {
    if (!ORIGIN.matcher(origin).matches()) {
      throw new IllegalArgumentException(
          "an origin is like https://app.example.com, without path: " + origin);
    }
  }
}
