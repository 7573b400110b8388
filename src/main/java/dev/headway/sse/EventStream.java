package dev.headway.sse;

import dev.headway.hub.Change;
import dev.headway.hub.Subscriber;
import dev.headway.hub.Subscription;
import dev.headway.status.UploadId;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The life of one stream: the beginning, every newer version as fast as its reader and the rate
 * limit allow, heartbeats, the end. Belongs to one event loop. It has no timer: its loop calls
 * {@link #flush} while something waits, and {@link #visit} about every second.
 *
 * <p>A stream that was ended stays until its reader took the last bytes, so that one who never does
 * is cut after the write time-out like any other.
 */
final class EventStream implements Subscriber {
  private enum State {
    OPEN,
    ENDING,
    CLOSED
  }

  private static final long NOT_FULL = Long.MIN_VALUE;

  private final StreamConfig config;
  private final LongSupplier ticker;
  private final Tally tally;
  private final Token token;
  private final Home home;
  private @Nullable Sink sink;
  private @Nullable Subscription subscription;
  private Slot slot = new Slot(0);
  private State state = State.OPEN;
  private boolean noticeGiven;

  // Its place in its home.
  private @Nullable Spoke spoke;
  private int position;
  private boolean parked;

  // Moments of the ticker, which may be any numbers: only differences mean something.
  private long nextEvent;
  private long nextHeartbeat;
  private long stuckSince = NOT_FULL;

  /** Where a stream lives. */
  interface Home {
    /** Calls {@link #flush} until it says that nothing waits. */
    void park(EventStream stream);

    /** The stream is closed. */
    void left(EventStream stream);
  }

  EventStream(StreamConfig config, LongSupplier ticker, Tally tally, Token token, Home home) {
    this.config = config;
    this.ticker = ticker;
    this.tally = tally;
    this.token = token;
    this.home = home;
    tally.open.increment();
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

  /** Sends one thing and ends. */
  void beginAndEnd(Sink target, Buffer all) {
    start(target);
    target.write(all);
    end();
  }

  private long start(Sink target) {
    long now = ticker.getAsLong();
    sink = target;
    nextEvent = now;
    nextHeartbeat = now + config.heartbeatEvery().toNanos();
    return now;
  }

  @Override
  public void changed(Change change) {
    if (state != State.OPEN) {
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
    if (!flush(ticker.getAsLong())) {
      home.park(this);
    }
  }

  /**
   * Sends what waits, if reader and rate limit allow it.
   *
   * @return whether nothing waits any more
   */
  boolean flush(long now) {
    Change waiting = slot.peek();
    if (state != State.OPEN || waiting == null) {
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
    sink().write(change.frame(Framing::status));
    tally.delivered.increment();
    nextEvent = now + config.leastInterval().toNanos();
    stuckSince = NOT_FULL;
  }

  @Override
  public void expired(UploadId id) {
    if (state == State.OPEN) {
      sink().write(Framing.event("expired", new JsonObject().put("uploadId", id.value()).encode()));
      end();
    }
  }

  /** Sends the reader away because the node goes down. */
  void drain(Duration retry) {
    if (state == State.OPEN) {
      sink().write(Framing.retry(retry));
      end();
    }
  }

  /** Does what is due. */
  void visit(long now) {
    switch (state) {
      case OPEN -> visitOpen(now);
      case ENDING -> cutIfStuck(now);
      case CLOSED -> {}
    }
  }

  private void visitOpen(long now) {
    if (token.isOver(now)) {
      end();
      return;
    }
    if (sink().isFull()) {
      cutIfStuck(now);
      return;
    }
    stuckSince = NOT_FULL;
    if (!noticeGiven && token.isNearItsEnd(now)) {
      noticeGiven = true;
      sink().write(Framing.event("token", token.notice()));
    }
    // A little early rather than late: who waits for the heartbeat has no patience.
    if (now + config.sweepEvery().toNanos() - nextHeartbeat > 0) {
      nextHeartbeat = now + config.heartbeatEvery().toNanos();
      sink().write(Framing.comment());
    }
  }

  private void cutIfStuck(long now) {
    if (stuckSince == NOT_FULL) {
      stuckSince = now;
    } else if (now - stuckSince >= config.writeTimeout().toNanos()) {
      cut();
    }
  }

  private void end() {
    state = State.ENDING;
    stuckSince = ticker.getAsLong();
    unsubscribe();
    sink().end().onComplete(taken -> closed());
  }

  /** Gives up on a reader. */
  void cut() {
    if (state != State.CLOSED) {
      tally.cut.increment();
      if (sink != null) {
        sink.cut();
      }
      closed();
    }
  }

  /** The connection is gone, or took everything. */
  void closed() {
    if (state != State.CLOSED) {
      state = State.CLOSED;
      unsubscribe();
      tally.open.decrement();
      home.left(this);
    }
  }

  private void unsubscribe() {
    slot.take();
    if (subscription != null) {
      subscription.cancel();
      subscription = null;
    }
  }

  private Sink sink() {
    return Objects.requireNonNull(sink, "not begun");
  }

  boolean isParked() {
    return parked;
  }

  void parked(boolean waits) {
    parked = waits;
  }

  void moveTo(Spoke target, int index) {
    spoke = target;
    position = index;
  }

  void leaveWheel() {
    if (spoke != null) {
      spoke.remove(position);
      spoke = null;
    }
  }
}
