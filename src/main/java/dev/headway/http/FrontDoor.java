package dev.headway.http;

import dev.headway.api.ProblemCode;
import dev.headway.api.ProblemException;
import dev.headway.api.SafePath;
import dev.headway.status.LogFields;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.util.List;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

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
  private final AwaitedRequests awaited;
  private final Cors cors;
  private final Problems problems;
  private final Handler<HttpServerRequest> router;

  FrontDoor(
      RequestIds requestIds,
      Connections connections,
      AwaitedRequests awaited,
      Cors cors,
      Problems problems,
      Handler<HttpServerRequest> router) {
    this.requestIds = requestIds;
    this.connections = connections;
    this.awaited = awaited;
    this.cors = cors;
    this.problems = problems;
    this.router = router;
  }

  @Override
  public void handle(HttpServerRequest request) {
    requestIds.name(request);
    request.response().putHeader("X-Content-Type-Options", "nosniff");
    cors.mark(request);
    String path = Objects.requireNonNullElse(request.path(), "");
    long from = System.nanoTime();
    awaited.began(request, () -> tellOfItsEnd(request, path, from));
    if (connections.isSurplus(request.connection())) {
      refuse(request, tooMany());
    } else if (!isFramed(request)) {
      refuse(request, withoutFrame());
    } else if (request.response().writeQueueFull()) {
      waitForRoom(request, path);
    } else {
      enter(request, path);
    }
  }

  /**
   * Whoever sends requests without reading the answers gets no further ones: they would all be kept
   * for him. The requests wait in his own buffers from then on.
   */
  private void waitForRoom(HttpServerRequest request, String path) {
    request.pause();
    HttpServerResponse response = request.response();
    response.drainHandler(drained -> {
      response.drainHandler(null);
      if (!request.isEnded()) {
        request.resume();
      }
      enter(request, path);
    });
  }

  private void enter(HttpServerRequest request, String path) {
    if (!namesItsHost(request)) {
      problems.answer(request, withoutHost());
    } else if (!hasReadableQuery(request)) {
      problems.answer(request, unreadableQuery());
    } else if (isPlain(path)) {
      router.handle(request);
    } else {
      problems.answer(request, notOurs(path));
    }
  }

  private void refuse(HttpServerRequest request, ProblemException problem) {
    if (request.version() != HttpVersion.HTTP_2) { // which has no such header
      request.response().putHeader("Connection", "close");
    }
    problems.answer(request, problem);
    request.connection().close();
  }

  /**
   * RFC 9112, 6.1: of a body in a coding that nobody knows nobody knows the end, and what follows
   * it might be taken for a request here and for a part of the body by a proxy in front.
   */
  private static boolean isFramed(HttpServerRequest request) {
    if (request.headers().contains("")) {
      return false; // no name before a colon: no header, whatever somebody else makes of it
    }
    List<String> codings = request.headers().getAll(HttpHeaders.TRANSFER_ENCODING);
    return codings.isEmpty()
        || (codings.size() == 1 && codings.getFirst().equalsIgnoreCase("chunked"));
  }

  private static ProblemException withoutFrame() {
    return new ProblemException(
        ProblemCode.INVALID_REQUEST, "The one transfer coding is chunked, and headers have names.");
  }

  /** RFC 9112, 3.2: what comes without a host, or with several, is no request of HTTP/1.1. */
  private static boolean namesItsHost(HttpServerRequest request) {
    return request.version() != HttpVersion.HTTP_1_1
        || (request.authority() != null && request.headers().getAll("Host").size() == 1);
  }

  /** The router would answer it by itself, and not as a problem. */
  private static boolean hasReadableQuery(HttpServerRequest request) {
    if (request.query() == null) {
      return true;
    }
    try {
      request.params();
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static ProblemException unreadableQuery() {
    return new ProblemException(
        ProblemCode.INVALID_REQUEST, "The query has a % that begins no character.");
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

  private static LoggingEventBuilder about(String path) {
    LoggingEventBuilder line = log.atDebug();
    return UploadIds.inPath(path).map(id -> line.addKeyValue(LogFields.UPLOAD, id)).orElse(line);
  }

  /** Neither the query, which may hold somebody's search, nor any header is written down. */
  private static void tellOfItsEnd(HttpServerRequest request, String path, long from) {
    if (log.isDebugEnabled()) {
      about(path)
          .addKeyValue(LogFields.REQUEST, RequestIds.of(request.response()))
          .log(
              "{} {} {} in {} µs",
              request.method(),
              SafePath.of(path),
              request.response().getStatusCode(),
              (System.nanoTime() - from) / 1000);
    }
  }
}
