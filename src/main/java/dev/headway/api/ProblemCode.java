package dev.headway.api;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** What can go wrong with a request; each with its HTTP status and a title for people. */
public enum ProblemCode {
  INVALID_UPLOAD_ID(400, "The upload id is not valid"),
  INVALID_REQUEST(400, "The request is not valid"),
  UNAUTHORIZED(401, "A token is needed"),
  TOKEN_EXPIRED(401, "The token has expired"),
  INVALID_TOKEN(401, "The token is not valid"),
  ORIGIN_NOT_ALLOWED(403, "A page elsewhere may not use the session cookie"),
  UPLOAD_NOT_FOUND(404, "There is no such upload"),
  NOT_FOUND(404, "There is nothing here"),
  METHOD_NOT_ALLOWED(405, "The method is not allowed here"),
  NOT_ACCEPTABLE(406, "Only JSON and event streams are offered"),
  REQUEST_TIMEOUT(408, "The request did not arrive in time"),
  CANNOT_CANCEL(409, "The upload is over and cannot be cancelled"),
  FILE_TOO_LARGE(413, "The file is too large"),
  REQUEST_TOO_LARGE(413, "The request is too large"),
  URI_TOO_LONG(414, "The address is too long"),
  INVALID_FILE_TYPE(415, "Only CSV and XLSX files are accepted"),
  HEADERS_TOO_LARGE(431, "The headers are too large"),
  RATE_LIMITED(429, "Too many requests"),
  TOO_MANY_STREAMS(429, "Too many streams"),
  INTERNAL_ERROR(500, "Something went wrong on our side"),
  OVERLOADED(503, "The service is busy"),
  DRAINING(503, "The service is being restarted"),
  DATABASE_UNAVAILABLE(503, "The database cannot be reached");

  private final int httpStatus;
  private final String title;

  ProblemCode(int httpStatus, String title) {
    this.httpStatus = httpStatus;
    this.title = title;
  }

  public int httpStatus() {
    return httpStatus;
  }

  public String title() {
    return title;
  }

  /** The stable name of this kind of problem, a reference relative to the API's host. */
  public String type() {
    return "/problems/" + name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * When a repeat makes sense, where nobody knows better; present for every 429 and 503. Short
   * where the cause passes by itself (a bucket refills, another node answers), longer where every
   * repeat adds to the cause.
   */
  public Optional<Duration> retryAfter() {
    return switch (this) {
      case RATE_LIMITED, DRAINING -> Optional.of(Duration.ofSeconds(1));
      case OVERLOADED, DATABASE_UNAVAILABLE -> Optional.of(Duration.ofSeconds(5));
      case TOO_MANY_STREAMS -> Optional.of(Duration.ofSeconds(30));
      case INVALID_UPLOAD_ID,
          INVALID_REQUEST,
          UNAUTHORIZED,
          TOKEN_EXPIRED,
          INVALID_TOKEN,
          ORIGIN_NOT_ALLOWED,
          UPLOAD_NOT_FOUND,
          NOT_FOUND,
          METHOD_NOT_ALLOWED,
          NOT_ACCEPTABLE,
          REQUEST_TIMEOUT,
          CANNOT_CANCEL,
          FILE_TOO_LARGE,
          REQUEST_TOO_LARGE,
          URI_TOO_LONG,
          INVALID_FILE_TYPE,
          HEADERS_TOO_LARGE,
          INTERNAL_ERROR ->
          Optional.empty();
    };
  }
}
