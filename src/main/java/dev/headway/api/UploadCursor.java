package dev.headway.api;

import dev.headway.status.OwnedUpload;
import dev.headway.status.UploadId;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;

/**
 * Where a page of uploads ended. Opaque to its holder; no secret, and no power: a query never
 * leaves its owner's uploads, whatever a cursor says, so one that somebody made up only begins
 * elsewhere in their own list.
 */
final class UploadCursor {
  /** A time of 24 characters, a delimiter and the longest id, in base 64. */
  static final int MAX_LENGTH = 400;

  /** Times are stored with four digits for the year, and with milliseconds. */
  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999Z");

  private static final char DELIMITER = '/';

  private UploadCursor() {}

  static String encode(OwnedUpload last) {
    String text = last.createdAt().toString() + DELIMITER + last.uploadId();
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.US_ASCII));
  }

  static OwnedUpload decode(String cursor) {
    try {
      String text = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.US_ASCII);
      int delimiter = text.indexOf(DELIMITER);
      Instant createdAt = Instant.parse(text.substring(0, Math.max(0, delimiter)));
      boolean isStored =
          !createdAt.isBefore(Instant.EPOCH)
              && !createdAt.isAfter(LATEST)
              && createdAt.truncatedTo(ChronoUnit.MILLIS).equals(createdAt);
      if (!isStored) {
        throw invalid();
      }
      return new OwnedUpload(new UploadId(text.substring(delimiter + 1)), createdAt);
    } catch (DateTimeException | IllegalArgumentException e) {
      throw invalid();
    }
  }

  private static ProblemException invalid() {
    return QueryParameters.invalid(
        "The cursor is not one that this list handed out. Start without one.");
  }
}
