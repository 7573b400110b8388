package dev.headway.http;

import dev.headway.api.ProblemCode;
import dev.headway.api.ProblemException;
import dev.headway.api.SafePath;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where every request comes in: it gets its name and the headers that every answer has, and goes on
 * to the router if its path is plain. Every address of ours is written with letters, digits and
 * {@code . _ -}, so a path with an escape, an empty or a dotted segment is none of them, and nobody
 * further in has to think of what it might be made into.
 */
final class FrontDoor implements Handler<HttpServerRequest> {
  private static final Logger log = LoggerFactory.getLogger(FrontDoor.class);
  private static final String STATUS = "/status/";

  private final RequestIds requestIds;
  private final Connections connections;
  private final Problems problems;
  private final Handler<HttpServerRequest> router;

  FrontDoor(
      RequestIds requestIds,
      Connections connections,
      Problems problems,
      Handler<HttpServerRequest> router) {
    this.requestIds = requestIds;
    this.connections = connections;
    this.problems = problems;
    this.router = router;
  }

  @Override
  public void handle(HttpServerRequest request) {
    requestIds.name(request);
    request.response().putHeader("X-Content-Type-Options", "nosniff");
    String path = Objects.requireNonNullElse(request.path(), "");
    if (log.isDebugEnabled()) {
      logAtItsEnd(request, path);
    }
    if (connections.isSurplus(request.connection())) {
      request.response().putHeader("Connection", "close");
      problems.answer(request, tooMany());
      request.connection().close();
    } else if (!namesItsHost(request)) {
      problems.answer(request, withoutHost());
    } else if (isPlain(path)) {
      router.handle(request);
    } else {
      problems.answer(request, notOurs(path));
    }
  }

  /** RFC 9112, 3.2: what comes without a host, or with several, is no request of HTTP/1.1. */
  private static boolean namesItsHost(HttpServerRequest request) {
    return request.version() != HttpVersion.HTTP_1_1
        || (request.authority() != null && request.headers().getAll("Host").size() == 1);
  }

  private static ProblemException tooMany() {
    return new ProblemException(
        ProblemCode.OVERLOADED, "This node has as many connections as it can.");
  }

  private static ProblemException withoutHost() {
    return new ProblemException(
        ProblemCode.INVALID_REQUEST, "Send one Host header with the name of the service.");
  }

  private static ProblemException notOurs(String path) {
    return path.startsWith(STATUS)
        ? UploadIds.invalid()
        : new ProblemException(ProblemCode.NOT_FOUND, "Nothing is served under this address.");
  }

  private static boolean isPlain(String path) {
    if (path.isEmpty() || path.charAt(0) != '/') {
      return false;
    }
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      boolean allowed =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || c == '.'
              || c == '_'
              || c == '-'
              || c == '/';
      // A segment that is empty, "." or "..", or hidden like ".git".
      boolean opensSegment = i > 0 && path.charAt(i - 1) == '/';
      if (!allowed || (opensSegment && (c == '/' || c == '.'))) {
        return false;
      }
    }
    return path.length() == 1 || path.charAt(path.length() - 1) != '/';
  }

  /** Neither the query, which may hold somebody's search, nor any header is written down. */
  private static void logAtItsEnd(HttpServerRequest request, String path) {
    long from = System.nanoTime();
    HttpServerResponse response = request.response();
    response.endHandler(ended ->
        log.debug(
            "{} {} {} {} in {} µs",
            RequestIds.of(response),
            request.method(),
            SafePath.of(path),
            response.getStatusCode(),
            (System.nanoTime() - from) / 1000));
  }
}
