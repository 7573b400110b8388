package dev.headway.http;

import dev.headway.status.UploadId;
import dev.headway.status.WriteOutcome;

/** What cancels an upload: {@code StatusWriter::cancel}. Blocking: called on a virtual thread. */
@FunctionalInterface
public interface Cancellation {
  WriteOutcome cancel(UploadId id);
}
