package dev.headway.sse;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;

/**
 * Until when a reader may read. The wall clock is looked at once, when the stream opens; from then
 * on the monotonic one decides.
 *
 * @param expiresAt as in the caller's token
 * @param ends the same moment on the ticker
 * @param noticeAt from when on the reader is told, on the ticker
 */
record Token(Instant expiresAt, long ends, long noticeAt) {
  /** No stream lives this long; keeps the arithmetic from overflowing. */
  private static final Duration FOREVER = Duration.ofDays(3650);

  static Token until(Instant expiresAt, Instant wallNow, long now, Duration notice) {
    Duration left =
        expiresAt.isAfter(wallNow.plus(FOREVER)) ? FOREVER : Duration.between(wallNow, expiresAt);
    long ends = now + Math.max(0, left.toNanos());
    return new Token(expiresAt, ends, ends - notice.toNanos());
  }

  boolean isOver(long now) {
    return now - ends >= 0;
  }

  boolean isNearItsEnd(long now) {
    return now - noticeAt >= 0;
  }

  /** What the reader is told. */
  String notice() {
    return new JsonObject().put("expiresAt", expiresAt.toString()).encode();
  }
}
