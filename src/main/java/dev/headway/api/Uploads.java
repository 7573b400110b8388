package dev.headway.api;

import dev.headway.status.OwnerId;

/** Accepts uploads. Blocking: virtual threads or a Lambda. */
public interface Uploads {
  /**
   * Checks what is asked for, creates the status record and signs an address for the file.
   *
   * @throws ProblemException with {@code FILE_TOO_LARGE}, {@code INVALID_FILE_TYPE} or {@code
   *     INVALID_REQUEST}
   */
  AcceptedUpload accept(OwnerId owner, NewUpload upload);
}
