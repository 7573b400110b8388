package dev.headway.hub;

import dev.headway.status.OwnedUpload;
import dev.headway.status.OwnerId;
import dev.headway.status.UploadId;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.IntConsumer;
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
  private final Subscriptions<UploadId> subscriptions;
  private final Subscriptions<OwnerId> owners;
  private final PushListener pushes;

  private final ConcurrentMap<UploadId, Change> newest = new ConcurrentHashMap<>();
  private final Queue<UploadId> order = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean awake = new AtomicBoolean();

  // Of the loop: the change that is being handed out, to whom, and how far. Done when negative.
  private @Nullable Change current;
  private @Nullable Topic<?> topic;
  private int cursor = -1;
  private boolean ownersComeNext;
  private int served;
  private @Nullable IntConsumer whenAllHaveIt;

  /** An empty inbox, of whose pushes nobody is told. */
  LoopInbox(
      Executor loop,
      int sliceSize,
      BiConsumer<UploadId, LoopInbox> lastOneLeft,
      BiConsumer<OwnerId, LoopInbox> lastOfOwnerLeft) {
    this(loop, sliceSize, lastOneLeft, lastOfOwnerLeft, PushListener.NOBODY);
  }

  /**
   * An empty inbox.
   *
   * @param loop runs what it is given on the event loop, in order
   * @param lastOneLeft called when an upload has no subscriber on this loop any more
   * @param lastOfOwnerLeft called when an owner has none any more
   * @param pushes is told of each change that is handed out
   */
  LoopInbox(
      Executor loop,
      int sliceSize,
      BiConsumer<UploadId, LoopInbox> lastOneLeft,
      BiConsumer<OwnerId, LoopInbox> lastOfOwnerLeft,
      PushListener pushes) {
    this.loop = loop;
    this.pushes = pushes;
    this.sliceSize = sliceSize;
    this.subscriptions = new Subscriptions<>(id -> lastOneLeft.accept(id, this));
    this.owners = new Subscriptions<>(owner -> lastOfOwnerLeft.accept(owner, this));
  }

  /** The registry of this loop by upload; only for the loop. */
  Subscriptions<UploadId> subscriptions() {
    return subscriptions;
  }

  /** The registry of this loop by owner; only for the loop. */
  Subscriptions<OwnerId> owners() {
    return owners;
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
    loop.execute(() -> subscriptions.forEach(id, subscriber -> subscriber.expired(id)));
  }

  /** What an owner has was listed. Any thread. */
  void listed(OwnerId owner, List<OwnedUpload> uploads) {
    loop.execute(() -> owners.forEach(owner, subscriber -> subscriber.listed(uploads)));
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

  /** Turns to the next who must hear of a change; false if nothing waits. */
  private boolean next() {
    if (ownersComeNext) {
      ownersComeNext = false;
      begin(owners.topic(Objects.requireNonNull(current).record().ownerId()));
      return true;
    }
    allHaveIt();
    UploadId id = order.poll();
    if (id == null) {
      return false;
    }
    current = newest.remove(id);
    begin(subscriptions.topic(id));
    ownersComeNext = !owners.isEmpty();
    return true;
  }

  private void begin(@Nullable Topic<?> who) {
    topic = who;
    cursor = who == null ? -1 : who.size() - 1;
    if (cursor >= 0 && whenAllHaveIt == null) {
      Change change = Objects.requireNonNull(current);
      // Guarded like the subscribers: whoever watches must not keep the news from them.
      Subscriptions.call(() -> whenAllHaveIt = pushes.begins(change));
    }
  }

  private void allHaveIt() {
    IntConsumer told = whenAllHaveIt;
    if (told != null) {
      whenAllHaveIt = null;
      int readers = served;
      Subscriptions.call(() -> told.accept(readers));
    }
    served = 0;
  }

  /**
   * Serves up to {@code most} subscribers of the current change; returns how many are left over.
   */
  private int handOut(int most) {
    Change change = Objects.requireNonNull(current);
    int left = most;
    Topic<?> who = topic;
    while (who != null && cursor >= 0 && left > 0) {
      Subscriber subscriber = who.get(cursor).subscriber();
      Subscriptions.call(() -> subscriber.changed(change));
      served++;
      left--;
      cursor = Math.min(cursor, who.size()) - 1; // some may have left, the last one with all
    }
    return left;
  }
}
