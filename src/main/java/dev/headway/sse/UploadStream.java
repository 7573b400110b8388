package dev.headway.sse;

import dev.headway.hub.Change;
import dev.headway.hub.Subscriber;
import dev.headway.hub.Subscription;
import dev.headway.status.OwnerId;
import dev.headway.status.UploadId;
import io.vertx.core.buffer.Buffer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The stream of one upload: the current record, every newer version, and the end with the last. */
final class UploadStream extends EventStream implements Subscriber {
  private @Nullable Subscription subscription;
  private Slot slot = new Slot(0);
  private long nextEvent;

  UploadStream(
      StreamConfig config,
      LongSupplier ticker,
      Tally tally,
      OwnerId owner,
      Token token,
      Home home) {
    super(config, ticker, tally, owner, token, home);
  }

  /** Before {@link #begin}, or never, for a stream that has nothing to wait for. */
  void subscribed(Subscription place) {
    subscription = place;
  }

  /**
   * Sends the beginning.
   *
   * @param newest what the stream begins with
   * @param isSeen whether the reader has that already and gets a comment in its place
   */
  void begin(Sink target, Buffer retry, Change newest, boolean isSeen) {
    long now = start(target);
    nextEvent = now;
    slot = new Slot(newest.version());
    target.write(retry);
    if (isSeen) {
      target.write(Framing.comment());
    } else {
      writeStatus(newest, now);
    }
    if (newest.isTerminal()) {
      end();
    }
  }

  @Override
  public void changed(Change change) {
    if (!isOpen()) {
      return;
    }
    switch (slot.offer(change)) {
      case STALE -> {}
      case REPLACED -> {
        tally.conflated.increment();
        flushOrPark(); // may be the terminal one, which does not wait for the rate limit
      }
      case KEPT -> flushOrPark();
    }
  }

  private void flushOrPark() {
    if (!flush(now())) {
      park();
    }
  }

  @Override
  boolean flush(long now) {
    Change waiting = slot.peek();
    if (!isOpen() || waiting == null) {
      return true;
    }
    boolean tooSoon = now - nextEvent < 0 && !waiting.isTerminal();
    if (tooSoon || sink().isFull()) {
      return false;
    }
    slot.take();
    writeStatus(waiting, now);
    if (waiting.isTerminal()) {
      end();
    }
    return true;
  }

  private void writeStatus(Change change, long now) {
    writeStatus(change.frame(Framing.STATUS));
    nextEvent = now + config.leastInterval().toNanos();
  }

  @Override
  public void expired(UploadId id) {
    if (isOpen()) {
      sink().write(Framing.expired(id));
      end();
    }
  }

  @Override
  void unsubscribe() {
    slot.take();
    if (subscription != null) {
      subscription.cancel();
      subscription = null;
    }
  }
}
