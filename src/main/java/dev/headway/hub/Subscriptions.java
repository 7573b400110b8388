package dev.headway.hub;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The registry of one event loop: who hears of which upload, or of which owner's. Belongs to that
 * loop; no locks. Whoever calls it is on the loop.
 */
final class Subscriptions<K> {
  private static final Logger LOG = LoggerFactory.getLogger(Subscriptions.class);

  private final Map<K, Topic<K>> topics = new HashMap<>();
  private final Consumer<K> lastOneLeft;

  /**
   * Nobody yet.
   *
   * @param lastOneLeft called when a topic has no subscriber on this loop any more
   */
  Subscriptions(Consumer<K> lastOneLeft) {
    this.lastOneLeft = lastOneLeft;
  }

  Subscription add(K key, Subscriber subscriber) {
    Topic<K> topic = topics.computeIfAbsent(key, k -> new Topic<>(this, k));
    var subscription = new Subscription(topic, subscriber);
    topic.add(subscription);
    return subscription;
  }

  /** The topic has nobody any more. */
  void remove(K key) {
    topics.remove(key);
    lastOneLeft.accept(key);
  }

  boolean isEmpty() {
    return topics.isEmpty();
  }

  /** Who subscribed; null if nobody did. */
  @Nullable Topic<K> topic(K key) {
    return topics.get(key);
  }

  /** Calls every subscriber of a topic; each may leave while it is called. */
  void forEach(K key, Consumer<Subscriber> news) {
    Topic<K> topic = topics.get(key);
    if (topic == null) {
      return;
    }
    for (int i = topic.size() - 1; i >= 0; i = Math.min(i, topic.size()) - 1) {
      Subscriber subscriber = topic.get(i).subscriber();
      call(() -> news.accept(subscriber));
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
