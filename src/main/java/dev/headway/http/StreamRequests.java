package dev.headway.http;

import dev.headway.api.Negotiation;
import dev.headway.api.Representation;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Objects;

/**
 * Tells from a request alone, before anything is done with it, whether it is for an event stream
 * and who may be behind it.
 */
final class StreamRequests {
  static final String TICKET = "ticket";

  private static final String MANY = "/status";
  private static final String ONE = "/status/";
  private static final String ALIAS = "/events";
  private static final List<Representation> OFFERED =
      List.of(Representation.JSON, Representation.EVENT_STREAM);

  private StreamRequests() {}

  /** Whether it is for the stream of one upload, which is what a ticket may open. */
  static boolean isForOne(HttpServerRequest request) {
    String path = Objects.requireNonNullElse(request.path(), "");
    if (!path.startsWith(ONE) || !reads(request)) {
      return false;
    }
    int end = path.indexOf('/', ONE.length());
    return end < 0 ? acceptsStream(request) : path.substring(end).equals(ALIAS);
  }

  /**
   * Whether it is for a stream and came without a header that proves the caller: so it may be from
   * an {@code EventSource}, which gives up for ever on any status but 200.
   */
  static boolean mayBeEventSource(HttpServerRequest request) {
    if (request.headers().contains(HttpHeaders.AUTHORIZATION)) {
      return false;
    }
    boolean many = MANY.equals(request.path()) && reads(request) && acceptsStream(request);
    return many
        ? showsCookie(request)
        : isForOne(request) && (hasTicket(request) || showsCookie(request));
  }

  /** The tickets in the query, decoded. */
  static List<String> tickets(RoutingContext ctx) {
    // Looked at as text first: most requests have no query, and nobody has parsed it yet.
    return hasTicket(ctx.request()) ? ctx.queryParam(TICKET) : List.of();
  }

  private static boolean hasTicket(HttpServerRequest request) {
    String query = request.query();
    return query != null && query.contains(TICKET + "=");
  }

  private static boolean showsCookie(HttpServerRequest request) {
    return SessionCookies.isIn(request);
  }

  private static boolean reads(HttpServerRequest request) {
    return HttpMethod.GET.equals(request.method()) || HttpMethod.HEAD.equals(request.method());
  }

  private static boolean acceptsStream(HttpServerRequest request) {
    return Negotiation.choose(request.headers().getAll(HttpHeaders.ACCEPT), OFFERED)
        .filter(Representation.EVENT_STREAM::equals)
        .isPresent();
  }
}
