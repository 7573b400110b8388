package dev.headway.hub;

import dev.headway.status.UploadId;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The registry of one event loop: who hears of which upload. Belongs to that loop; no locks.
 * Whoever calls it is on the loop.
 */
final class Subscriptions {
  private static final Logger LOG = LoggerFactory.getLogger(Subscriptions.class);

  private final Map<UploadId, Topic> topics = new HashMap<>();
  private final Consumer<UploadId> lastOneLeft;

  /**
   * Nobody yet.
   *
   * @param lastOneLeft called when an upload has no subscriber on this loop any more
   */
  Subscriptions(Consumer<UploadId> lastOneLeft) {
    this.lastOneLeft = lastOneLeft;
  }

  Subscription add(UploadId id, Subscriber subscriber) {
    var subscription = new Subscription(this, id, subscriber);
    topics.computeIfAbsent(id, key -> new Topic()).add(subscription);
    return subscription;
  }

  void remove(Subscription subscription) {
    Topic topic = topics.get(subscription.uploadId());
    if (topic == null || subscription.position() < 0) {
      return;
    }
    topic.remove(subscription);
    if (topic.size() == 0) {
      topics.remove(subscription.uploadId());
      lastOneLeft.accept(subscription.uploadId());
    }
  }

  /** Who subscribed to an upload; empty if nobody did. */
  Topic topic(UploadId id) {
    Topic topic = topics.get(id);
    return topic == null ? new Topic() : topic;
  }

  /** Tells every subscriber of an upload that its record's life is over. */
  void expire(UploadId id) {
    Topic topic = topic(id);
    for (int i = topic.size() - 1; i >= 0; i = Math.min(i, topic.size()) - 1) {
      Subscriber subscriber = topic.get(i).subscriber();
      call(() -> subscriber.expired(id));
    }
  }

  /** One subscriber that fails must not keep the news from the others. */
  static void call(Runnable subscriber) {
    try {
      subscriber.run();
    } catch (RuntimeException e) {
      LOG.error("A subscriber failed", e);
    }
  }
}
