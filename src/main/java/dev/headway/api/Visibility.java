package dev.headway.api;

import dev.headway.status.OwnerId;
import dev.headway.status.ProcessingStatus;
import java.time.Instant;
import java.util.Optional;

/** Who may see a record: its owner, during its life. */
public final class Visibility {
  private static final String DETAIL =
      "There is no upload with this id, or it has expired, or it is not yours.";

  private Visibility() {}

  /**
   * The record, if it is there for this asker.
   *
   * @throws ProblemException {@code UPLOAD_NOT_FOUND}, the same one for an id that is unknown, an
   *     upload that has expired and one that is somebody else's
   */
  public static ProcessingStatus require(
      Optional<ProcessingStatus> found, OwnerId asker, Instant now) {
    return found.filter(record -> isVisible(record, asker, now)).orElseThrow(Visibility::notFound);
  }

  public static boolean isVisible(ProcessingStatus record, OwnerId asker, Instant now) {
    return record.isOwnedBy(asker) && !record.isExpired(now);
  }

  static ProblemException notFound() {
    return new ProblemException(ProblemCode.UPLOAD_NOT_FOUND, DETAIL);
  }
}
