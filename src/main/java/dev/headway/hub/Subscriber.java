package dev.headway.hub;

import dev.headway.status.UploadId;

/** Hears of an upload. Called on its own event loop only; may cancel itself while it is called. */
public interface Subscriber {
  /** A change; may be one that the subscriber has already, or an older one. */
  void changed(Change change);

  /** The life of the record is over; no change will come. */
  void expired(UploadId id);
}
