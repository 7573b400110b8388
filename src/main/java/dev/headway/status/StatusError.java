package dev.headway.status;

import java.time.Instant;

/**
 * Why an upload failed, as its reader sees it.
 *
 * @param message as it is stored; what of it is safe to show, {@link StatusDocument} decides
 */
public record StatusError(ErrorCode code, String message, Instant timestamp) {}
