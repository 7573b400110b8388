package dev.headway.http;

import dev.headway.api.Problem;
import dev.headway.api.ProblemCode;
import dev.headway.api.ProblemException;
import dev.headway.api.Views;
import dev.headway.status.LogFields;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one place that answers failures. A {@link ProblemException} is answered as it says; an outage
 * of the database as one; everything else is a fault of ours, of which the caller learns a request
 * id and nothing more. Event loops only.
 */
final class Problems implements Handler<RoutingContext> {
  private static final Logger log = LoggerFactory.getLogger(Problems.class);
  private static final String CHALLENGE = "Bearer realm=\"headway\"";

  private final InstantSource clock;
  private final Predicate<Throwable> databaseOutage;
  private final UnavailableStream unavailable;
  private final RequestFigures figures;

  Problems(
      InstantSource clock,
      Predicate<Throwable> databaseOutage,
      UnavailableStream unavailable,
      RequestFigures figures) {
    this.clock = clock;
    this.databaseOutage = databaseOutage;
    this.unavailable = unavailable;
    this.figures = figures;
  }

  /** What the router calls when a handler failed. */
  @Override
  public void handle(RoutingContext ctx) {
    Throwable failure = ctx.failure();
    // The router has no status for what it cannot even match: there is no such address.
    int status = ctx.statusCode() > 0 ? ctx.statusCode() : 404;
    answer(ctx.request(), failure == null ? new HttpException(status) : failure);
  }

  void answer(HttpServerRequest request, Throwable failure) {
    HttpServerResponse response = request.response();
    if (response.ended() || response.closed()) {
      log.atDebug()
          .addKeyValue(LogFields.REQUEST, RequestIds.of(response))
          .setCause(failure)
          .log("there is nobody to answer any more");
      return;
    }
    Throwable cause = unwrap(failure);
    ProblemException problem = problemOf(cause, RequestIds.of(response));
    if (response.headWritten()) {
      // Half an answer went out already. Cut, it cannot be taken for a whole one.
      response.reset();
      return;
    }
    String path = Objects.requireNonNullElse(request.path(), "/");
    if (problem.retryAfter().isPresent() && StreamRequests.mayBeEventSource(request)) {
      figures.failed(problem.code());
      unavailable.answer(
          request,
          Duration.ofSeconds(seconds(problem.retryAfter().get())), // as others are told
          new String(
              Views.problem(Problem.of(problem, path, clock.instant())), StandardCharsets.UTF_8));
      return;
    }
    write(response, problem, path, Answers.isHead(request));
  }

  /** Like {@link #answer}, for a request of which nothing can be trusted, the path neither. */
  void answerUnreadable(HttpServerRequest request, ProblemException problem) {
    write(request.response(), problem, "/", false);
  }

  private void write(
      HttpServerResponse response, ProblemException problem, String path, boolean head) {
    ProblemCode code = problem.code();
    figures.failed(code);
    Optional<String> requestId =
        code == ProblemCode.INTERNAL_ERROR
            ? Optional.of(RequestIds.of(response))
            : Optional.empty();
    Problem document = Problem.of(code, problem.detail(), path, clock.instant(), requestId);
    response.putHeader("Cache-Control", "no-store");
    problem
        .retryAfter()
        .ifPresent(after -> response.putHeader("Retry-After", Long.toString(seconds(after))));
    challenge(code).ifPresent(challenge -> response.putHeader("WWW-Authenticate", challenge));
    response.putHeader("Content-Type", Problem.MEDIA_TYPE);
    response.setStatusCode(code.httpStatus());
    Answers.end(response, Buffer.buffer(Views.problem(document)), head);
  }

  private ProblemException problemOf(Throwable failure, String requestId) {
    if (failure instanceof ProblemException problem) {
      return problem;
    }
    if (databaseOutage.test(failure)) {
      log.atWarn()
          .addKeyValue(LogFields.REQUEST, requestId)
          .log("a request met a database outage: {}", failure.getClass().getName());
      log.atDebug()
          .addKeyValue(LogFields.REQUEST, requestId)
          .setCause(failure)
          .log("a request failed");
      return new ProblemException(
          ProblemCode.DATABASE_UNAVAILABLE, "Nothing was lost. Please try again soon.");
    }
    if (failure instanceof HttpException http && http.getStatusCode() < 500) {
      return new ProblemException(codeOf(http.getStatusCode()), "The request cannot be answered.");
    }
    log.atError()
        .addKeyValue(LogFields.REQUEST, requestId)
        .setCause(failure)
        .log("a request failed");
    return new ProblemException(
        ProblemCode.INTERNAL_ERROR,
        "This is our fault. Please try again, and name the request id if you report it.");
  }

  /** What the router itself refuses. */
  private static ProblemCode codeOf(int httpStatus) {
    if (httpStatus == 404) {
      return ProblemCode.NOT_FOUND;
    }
    return httpStatus == 413 ? ProblemCode.REQUEST_TOO_LARGE : ProblemCode.INVALID_REQUEST;
  }

  /** RFC 6750: a request without a token is told the scheme only. */
  private static Optional<String> challenge(ProblemCode code) {
    if (code.httpStatus() != 401) {
      return Optional.empty();
    }
    return Optional.of(
        code == ProblemCode.UNAUTHORIZED
            ? CHALLENGE
            : CHALLENGE + ", error=\"invalid_token\", error_description=\"" + code.title() + "\"");
  }

  /** Whole seconds, rounded up: a second too early is in vain. */
  private static long seconds(Duration after) {
    return Math.max(1, (after.toMillis() + 999) / 1000);
  }

  private static Throwable unwrap(Throwable failure) {
    Throwable cause = failure;
    while ((cause instanceof CompletionException || cause instanceof ExecutionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }
}
