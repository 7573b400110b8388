package dev.headway.leads;

import dev.headway.status.Failure;
import dev.headway.status.FileAcceptance.Accepted;
import dev.headway.status.LogFields;
import dev.headway.status.StatusWriter;
import dev.headway.status.UploadId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends uploads whose file could not be split for the last time. Blocking; may be repeated. */
public final class SplitDeadLetters {
  private static final Logger log = LoggerFactory.getLogger(SplitDeadLetters.class);

  private final StatusWriter statuses;

  public SplitDeadLetters(StatusWriter statuses) {
    this.statuses = statuses;
  }

  /**
   * Works one object off; a key that is no upload's is ignored, and so is an object that was put in
   * the place of an upload's file, and a file whose batches were all sent.
   *
   * @throws RuntimeException if the table cannot be reached; the message should come again
   */
  public void bury(UploadedObject object) {
    ObjectKeys.uploadOf(object.key())
        .ifPresentOrElse(
            id -> {
              if (isNeededBy(id, object)) {
                log.atWarn().addKeyValue(LogFields.UPLOAD, id).log("an upload could not be split");
                statuses.setError(id, Failure.SPLIT_FAILED);
              } else {
                log.atInfo()
                    .addKeyValue(LogFields.UPLOAD, id)
                    .log("an upload goes on without an object that it does not need");
              }
            },
            () -> log.warn("a dead letter about an object that is no upload; ignored"));
  }

  /** If there is none yet, it is from now on: another that arrives later must not be split. */
  private boolean isNeededBy(UploadId id, UploadedObject object) {
    return object
        .eTag()
        .map(eTag -> statuses.acceptFile(id, UploadedObject.unquoted(eTag)) instanceof Accepted)
        .orElse(true);
  }
}
