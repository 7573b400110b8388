package dev.headway.hub;

import dev.headway.status.UploadId;

/** A subscriber's place in the registry of its event loop, to which it belongs. */
public final class Subscription {
  private final Subscriptions registry;
  private final UploadId uploadId;
  private final Subscriber subscriber;
  private int position = -1;

  Subscription(Subscriptions registry, UploadId uploadId, Subscriber subscriber) {
    this.registry = registry;
    this.uploadId = uploadId;
    this.subscriber = subscriber;
  }

  /** Ends it; on the loop that began it. Again is harmless. */
  public void cancel() {
    registry.remove(this);
  }

  UploadId uploadId() {
    return uploadId;
  }

  Subscriber subscriber() {
    return subscriber;
  }

  /** The index within its topic; negative when it is in none. */
  int position() {
    return position;
  }

  void moveTo(int index) {
    position = index;
  }
}
