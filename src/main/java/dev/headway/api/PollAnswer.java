package dev.headway.api;

import dev.headway.status.ProcessingStatus;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * What a poll of a record answers, decided in one place for the service and for the Lambda.
 *
 * @param httpStatus 200 or 304
 * @param headers all of them, those of the body included
 * @param body the record to encode, empty on 304. A HEAD leaves it out too
 */
public record PollAnswer(
    int httpStatus, SequencedMap<String, String> headers, Optional<ProcessingStatus> body) {
  /** How often a poller is asked to come: a phone's battery against a bar that moves. */
  public static final Duration POLL_EVERY = Duration.ofSeconds(2);

  /** Every answer of the status resource depends on these, its problems too. */
  public static final String VARY = "Accept, Prefer, Origin";

  /** A record is its owner's alone, and is asked for again before it is shown again. */
  static final String CACHE_CONTROL = "private, no-cache";

  /**
   * The answer to somebody who may see the record; {@link Visibility} decides that before.
   *
   * @param age since the record was last known to be the newest
   */
  public static PollAnswer of(ProcessingStatus record, Duration age, Conditional conditional) {
    boolean unchanged = conditional.holds(record.version());
    SequencedMap<String, String> headers = headers(record);
    headers.put("Age", Long.toString(Math.max(0, age.toSeconds())));
    if (!record.isTerminal()) {
      headers.put("Retry-After", Long.toString(POLL_EVERY.toSeconds()));
    }
    if (unchanged) {
      return new PollAnswer(304, headers, Optional.empty());
    }
    headers.put("Content-Type", Representation.JSON.contentType());
    return new PollAnswer(200, headers, Optional.of(record));
  }

  /**
   * The same for somebody who waited, or would have: no pause is asked of who comes back to wait
   * again.
   */
  public PollAnswer after(WaitPreference wait) {
    SequencedMap<String, String> all = new LinkedHashMap<>(headers);
    all.remove("Retry-After");
    all.put("Preference-Applied", wait.applied());
    return new PollAnswer(httpStatus, all, body);
  }

  /** Those of every answer that is a record. */
  static SequencedMap<String, String> headers(ProcessingStatus record) {
    SequencedMap<String, String> headers = new LinkedHashMap<>();
    headers.put("ETag", EntityTag.of(record.version()));
    headers.put("Cache-Control", CACHE_CONTROL);
    headers.put("Vary", VARY);
    return headers;
  }
}
