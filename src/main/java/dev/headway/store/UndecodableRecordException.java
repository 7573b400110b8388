package dev.headway.store;

import dev.headway.status.UploadId;
import java.util.Optional;

/**
 * An item of the status table that is no status record: written by something else, or by a later
 * version of this program. The message names the upload where that much is readable, the attribute,
 * and what it should be. It never repeats what is stored, so it may be logged.
 */
public final class UndecodableRecordException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String attribute;

  UndecodableRecordException(Optional<UploadId> id, String attribute, String problem) {
    super(
        "status record%s cannot be read: %s %s"
            .formatted(id.map(known -> " " + known).orElse(""), attribute, problem));
    this.attribute = attribute;
  }

  /** The path of the attribute that could not be read, such as {@code progress.totalBatches}. */
  public String attribute() {
    return attribute;
  }
}
