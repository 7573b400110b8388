package dev.headway.http;

import dev.headway.api.ProblemCode;
import dev.headway.api.ProblemException;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;

/**
 * Answers what is not HTTP, or too much of it, and closes the connection: nobody knows where the
 * next request would begin.
 */
final class UnreadableRequests implements Handler<HttpServerRequest> {
  private final RequestIds requestIds;
  private final Problems problems;

  UnreadableRequests(RequestIds requestIds, Problems problems) {
    this.requestIds = requestIds;
    this.problems = problems;
  }

  @Override
  public void handle(HttpServerRequest request) {
    requestIds.name(request);
    request.response().putHeader("X-Content-Type-Options", "nosniff");
    request
        .response()
        .putHeader("Connection", "close")
        .putHeader("X-Content-Type-Options", "nosniff");
    problems.answerUnreadable(request, problemOf(request.decoderResult().cause()));
    request.connection().close();
  }

  private static ProblemException problemOf(Throwable cause) {
    if (cause instanceof TooLongHttpLineException) {
      return new ProblemException(ProblemCode.URI_TOO_LONG, "Shorten the query.");
    }
    if (cause instanceof TooLongHttpHeaderException) {
      return new ProblemException(ProblemCode.HEADERS_TOO_LARGE, "Send fewer or shorter headers.");
    }
    return new ProblemException(ProblemCode.INVALID_REQUEST, "This is not an HTTP request.");
  }
}
