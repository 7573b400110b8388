package dev.headway.status;

import java.time.Instant;

/**
 * Why an upload failed, as its reader sees it.
 *
 * @param message safe to show; see {@link Failure}
 */
public record StatusError(ErrorCode code, String message, Instant timestamp) {}
