package dev.headway.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import dev.headway.api.Problem;
import dev.headway.api.ProblemCode;
import dev.headway.api.ProblemException;
import dev.headway.api.RefusalTime;
import dev.headway.api.Views;
import dev.headway.leads.Pause;
import java.io.Serial;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;

/** Turns what a handler says, or throws, into the answer of the HTTP API. */
final class HttpAnswers {
  private static final Logger log = LoggerFactory.getLogger(HttpAnswers.class);

  private final InstantSource clock;
  private final Invocations invocations;

  HttpAnswers(InstantSource clock, Invocations invocations) {
    this.clock = clock;
    this.invocations = invocations;
  }

  /** Answers one request. */
  @FunctionalInterface
  interface Route {
    APIGatewayV2HTTPResponse answer(HttpCall call);
  }

  /** The one place where problems become answers. */
  APIGatewayV2HTTPResponse to(APIGatewayV2HTTPEvent event, Context context, Route route) {
    APIGatewayV2HTTPResponse answer =
        invocations.run(context, () -> to(event, context.getAwsRequestId(), route));
    if (HttpCall.methodOf(event).equals("HEAD")) {
      answer.setBody("");
    }
    return answer;
  }

  private APIGatewayV2HTTPResponse to(APIGatewayV2HTTPEvent event, String requestId, Route route) {
    long asked = System.nanoTime();
    String path = Optional.ofNullable(event.getRawPath()).orElse("/");
    try {
      return route.answer(HttpCall.of(event));
    } catch (ProblemException e) {
      if (e.code() == ProblemCode.UPLOAD_NOT_FOUND) {
        waitForStep(asked);
      }
      return problem(Problem.of(e, path, clock.instant()), Map.of());
    } catch (MethodNotAllowed e) {
      return problem(Problem.of(e.problem(), path, clock.instant()), Map.of("Allow", e.allowed()));
    } catch (SdkException e) {
      log.warn("the database cannot be reached", e);
      ProblemException unavailable =
          new ProblemException(
              ProblemCode.DATABASE_UNAVAILABLE, "The records cannot be reached. Try again soon.");
      return problem(Problem.of(unavailable, path, clock.instant()), Map.of());
    } catch (RuntimeException e) {
      log.error("the request failed", e);
      Problem unexpected =
          Problem.of(
              ProblemCode.INTERNAL_ERROR,
              "The request failed. Name the request id when you report it.",
              path,
              clock.instant(),
              Optional.of(requestId));
      return problem(unexpected, Map.of("X-Request-Id", requestId));
    }
  }

  /**
   * Waits until it may be told that something is not there, as the service does.
   *
   * @param asked when the question came, in {@link System#nanoTime}
   */
  static void waitForStep(long asked) {
    Pause.SLEEP.orGiveUp(RefusalTime.rest(Duration.ofNanos(System.nanoTime() - asked)));
  }

  private static APIGatewayV2HTTPResponse problem(Problem problem, Map<String, String> more) {
    Map<String, String> headers = new LinkedHashMap<>(more);
    headers.put("Content-Type", Problem.MEDIA_TYPE);
    headers.put("Cache-Control", "no-store");
    problem
        .code()
        .retryAfter()
        .map(Duration::toSeconds)
        .ifPresent(seconds -> headers.put("Retry-After", Long.toString(seconds)));
    switch (problem.code()) {
      case UNAUTHORIZED -> headers.put("WWW-Authenticate", "Bearer");
      case INVALID_TOKEN, TOKEN_EXPIRED ->
          headers.put("WWW-Authenticate", "Bearer error=\"invalid_token\"");
      default -> {}
    }
    return of(problem.status(), headers, Views.problem(problem));
  }

  static APIGatewayV2HTTPResponse of(int status, Map<String, String> headers, byte[] body) {
    return APIGatewayV2HTTPResponse.builder()
        .withStatusCode(status)
        .withHeaders(headers)
        .withBody(new String(body, StandardCharsets.UTF_8))
        .build();
  }

  /** A known path that was asked for in a way that it does not have. */
  static final class MethodNotAllowed extends RuntimeException {
    @Serial private static final long serialVersionUID = 1;

    private final String allowed;

    MethodNotAllowed(String allowed) {
      super(allowed, null, false, false);
      this.allowed = allowed;
    }

    String allowed() {
      return allowed;
    }

    ProblemException problem() {
      return new ProblemException(
          ProblemCode.METHOD_NOT_ALLOWED, "Only " + allowed + " is possible here.");
    }
  }
}
