package dev.headway.hub;

/** A subscriber's place in the registry of its event loop, to which it belongs. */
public final class Subscription {
  private final Topic<?> topic;
  private final Subscriber subscriber;
  private int position = -1;

  Subscription(Topic<?> topic, Subscriber subscriber) {
    this.topic = topic;
    this.subscriber = subscriber;
  }

  /** Ends it; on the loop that began it. Again is harmless. */
  public void cancel() {
    if (position >= 0) {
      topic.remove(this);
    }
  }

  Subscriber subscriber() {
    return subscriber;
  }

  /** The index within its topic; negative when it is there no longer. */
  int position() {
    return position;
  }

  void moveTo(int index) {
    position = index;
  }
}
