package dev.headway.hub;

import dev.headway.status.OwnedUpload;
import dev.headway.status.UploadId;
import java.util.List;

/**
 * Hears of an upload, or of all uploads of an owner. Called on its own event loop only; may cancel
 * itself while it is called.
 */
public interface Subscriber {
  /** A change; may be one that the subscriber has already, or an older one. */
  void changed(Change change);

  /** The life of the record is over; no change will come. */
  void expired(UploadId id);

  /**
   * These are the newest uploads of an owner, newest first, by a list that was read because changes
   * may have been missed; only for those who watch an owner.
   */
  default void listed(List<OwnedUpload> uploads) {}
}
