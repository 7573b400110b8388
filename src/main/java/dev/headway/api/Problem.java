package dev.headway.api;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * A problem as RFC 9457 writes it, with the members of the contract.
 *
 * @param type names the kind of problem; a reference relative to the API's host
 * @param detail a sentence about this one; repeats nothing hostile and names nothing inside
 * @param instance the path that was asked for, safe to show
 * @param timestamp ISO 8601, to the millisecond
 * @param requestId what the log calls this request; only where somebody may have to look there
 */
@JsonPropertyOrder({
  "type",
  "title",
  "status",
  "detail",
  "instance",
  "code",
  "timestamp",
  "requestId"
})
public record Problem(
    String type,
    String title,
    int status,
    String detail,
    String instance,
    ProblemCode code,
    String timestamp,
    Optional<String> requestId) {
  public static final String MEDIA_TYPE = "application/problem+json";

  /**
   * A problem as the answer to one request.
   *
   * @param path the path of the request as it came, percent-encoded or not; no query
   */
  public static Problem of(
      ProblemCode code, String detail, String path, Instant now, Optional<String> requestId) {
    return new Problem(
        code.type(),
        code.title(),
        code.httpStatus(),
        detail,
        SafePath.of(path),
        code,
        now.truncatedTo(ChronoUnit.MILLIS).toString(),
        requestId);
  }

  /** Without a request id: the answer says all there is to say. */
  public static Problem of(ProblemException problem, String path, Instant now) {
    return of(problem.code(), problem.detail(), path, now, Optional.empty());
  }
}
