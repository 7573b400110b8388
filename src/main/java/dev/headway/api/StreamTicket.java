package dev.headway.api;

import java.time.Instant;

/**
 * What opens one upload's event stream without a header.
 *
 * @param ticket opaque, of characters that need no escape in an address
 * @param expiresAt when it ends, and the streams that it opened: with the token that made it
 */
public record StreamTicket(String ticket, Instant expiresAt) {
  /** Hides the ticket: this is what a log line would show. */
  @Override
  public String toString() {
    return "StreamTicket[…, expiresAt=" + expiresAt + "]";
  }
}
