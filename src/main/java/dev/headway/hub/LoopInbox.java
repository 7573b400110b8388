package dev.headway.hub;

import dev.headway.status.UploadId;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The one place where news cross from other threads to an event loop. Any thread puts changes in;
 * the loop is woken once, and hands them to its subscribers in slices, so that no turn of the loop
 * gets long. Holds only the newest change of an upload: a loop that was held up does not have to
 * work through what nobody needs any more, and the inbox is never longer than what is watched.
 */
final class LoopInbox {
  private final Executor loop;
  private final int sliceSize;
  private final Subscriptions subscriptions;

  private final ConcurrentMap<UploadId, Change> newest = new ConcurrentHashMap<>();
  private final Queue<UploadId> order = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean awake = new AtomicBoolean();

  // Of the loop: the change that is being handed out, to whom, and how far. Done when negative.
  private @Nullable Change current;
  private Topic topic = new Topic();
  private int cursor = -1;

  /**
   * An empty inbox.
   *
   * @param loop runs what it is given on the event loop, in order
   * @param lastOneLeft called when an upload has no subscriber on this loop any more
   */
  LoopInbox(Executor loop, int sliceSize, BiConsumer<UploadId, LoopInbox> lastOneLeft) {
    this.loop = loop;
    this.sliceSize = sliceSize;
    this.subscriptions = new Subscriptions(id -> lastOneLeft.accept(id, this));
  }

  /** The registry of this loop; only for the loop. */
  Subscriptions subscriptions() {
    return subscriptions;
  }

  /** News for the loop. Any thread. */
  void put(Change change) {
    newest.compute(
        change.uploadId(),
        (id, waiting) -> {
          if (waiting == null) {
            order.add(id);
            return change;
          }
          return waiting.version() < change.version() ? change : waiting;
        });
    wake();
  }

  /** The life of a record is over. Any thread. */
  void expired(UploadId id) {
    loop.execute(() -> subscriptions.expire(id));
  }

  private void wake() {
    if (!order.isEmpty() && awake.compareAndSet(false, true)) {
      loop.execute(this::handOut);
    }
  }

  private void handOut() {
    int left = sliceSize;
    while (left > 0 && (cursor >= 0 || next())) {
      left = handOut(left);
    }
    if (left == 0) {
      loop.execute(this::handOut); // stays awake: others on this loop come first
      return;
    }
    awake.set(false);
    wake(); // somebody may have put one in just before
  }

  /** Takes the next change out; false if there is none. */
  private boolean next() {
    UploadId id = order.poll();
    if (id == null) {
      return false;
    }
    current = newest.remove(id);
    topic = subscriptions.topic(id);
    cursor = topic.size() - 1;
    return true;
  }

  /**
   * Serves up to {@code most} subscribers of the current change; returns how many are left over.
   */
  private int handOut(int most) {
    Change change = Objects.requireNonNull(current);
    int left = most;
    while (cursor >= 0 && left > 0) {
      Subscriber subscriber = topic.get(cursor).subscriber();
      Subscriptions.call(() -> subscriber.changed(change));
      left--;
      cursor = Math.min(cursor, topic.size()) - 1; // some may have left, the last one with all
    }
    return left;
  }
}
