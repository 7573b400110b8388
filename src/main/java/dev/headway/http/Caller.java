package dev.headway.http;

import dev.headway.status.OwnerId;
import java.time.Instant;

/**
 * Who asks, proved by a token.
 *
 * @param authorizedUntil when the proof ends, and with it a stream that was opened with it
 */
public record Caller(OwnerId owner, Instant authorizedUntil) {}
