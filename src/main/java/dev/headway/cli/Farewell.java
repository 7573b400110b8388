package dev.headway.cli;

import dev.headway.status.StatusDocument;
import dev.headway.status.UploadId;

/** The last words of a command that showed an upload. */
final class Farewell {
  private Farewell() {}

  /** The upload has ended: says how, and gives the exit status for it. */
  static ExitStatus atTheEnd(StatusDocument status, ProgressDisplay display) {
    display.say(ProgressLine.ending(status));
    return switch (status.status()) {
      case COMPLETED -> ExitStatus.DONE;
      case ERROR, CANCELLED -> ExitStatus.UPLOAD_FAILED;
      case UPLOADING, UPLOADED, PROCESSING ->
          throw new IllegalArgumentException("not an end: " + status.status());
    };
  }

  /** Somebody stops looking; the upload does not stop. */
  static String whileItGoesOn(Connection connection, UploadId id) {
    return """
    The upload goes on.
      watch it:   %s
      cancel it:  %s\
    """
        .formatted(connection.watchCommand(id), connection.cancelCommand(id));
  }
}
