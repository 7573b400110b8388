package dev.headway.sse;

import dev.headway.status.OwnerId;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The life of one stream, whatever it shows: heartbeats, the end of the token, the drain, a reader
 * that takes nothing, the end. Belongs to one event loop. It has no timer: its loop calls {@link
 * #flush} while something waits, and {@link #visit} about every second.
 *
 * <p>A stream that was ended stays until its reader took the last bytes, so that one who never does
 * is cut after the write time-out like any other.
 */
abstract class EventStream {
  private enum State {
    OPEN,
    ENDING,
    CLOSED
  }

  private static final long NOT_FULL = Long.MIN_VALUE;

  final StreamConfig config;
  final Tally tally;
  private final LongSupplier ticker;
  private final OwnerId owner;
  private final Token token;
  private final Home home;
  private @Nullable Sink sink;
  private State state = State.OPEN;
  private boolean noticeGiven;

  // Its place in its home.
  private @Nullable Spoke spoke;
  private int position;
  private boolean parked;

  // Moments of the ticker, which may be any numbers: only differences mean something.
  private long nextHeartbeat;
  private long stuckSince = NOT_FULL;

  /** Where a stream lives. */
  interface Home {
    /** Calls {@link #flush} until it says that nothing waits. */
    void park(EventStream stream);

    /** The stream is closed. */
    void left(EventStream stream);
  }

  EventStream(
      StreamConfig config,
      LongSupplier ticker,
      Tally tally,
      OwnerId owner,
      Token token,
      Home home) {
    this.config = config;
    this.ticker = ticker;
    this.tally = tally;
    this.owner = owner;
    this.token = token;
    this.home = home;
    tally.opened(owner);
  }

  /**
   * Sends what waits, if reader and rate limit allow it.
   *
   * @return whether nothing waits any more
   */
  abstract boolean flush(long now);

  /** Lets go of everything that the stream hears from; it shows nothing any more. */
  abstract void unsubscribe();

  /** Does what is due besides, while the stream is open. */
  void look() {}

  /** Takes the reader on; returns the moment. */
  long start(Sink target) {
    long now = ticker.getAsLong();
    sink = target;
    nextHeartbeat = now + config.heartbeatEvery().toNanos();
    return now;
  }

  boolean isOpen() {
    return state == State.OPEN;
  }

  boolean isClosed() {
    return state == State.CLOSED;
  }

  long now() {
    return ticker.getAsLong();
  }

  /** Asks to be flushed again. */
  void park() {
    home.park(this);
  }

  /** Writes a {@code status} event. */
  void writeStatus(Buffer frame) {
    sink().write(frame);
    tally.delivered.increment();
    stuckSince = NOT_FULL;
  }

  /** Sends the reader away because the node goes down. */
  void drain(Duration retry) {
    if (state == State.OPEN && sink != null) { // one that begins later is sent away then
      sink.write(Framing.retry(retry));
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
    if (sink == null) {
      return; // it is about to begin
    }
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
    look();
  }

  private void cutIfStuck(long now) {
    if (stuckSince == NOT_FULL) {
      stuckSince = now;
    } else if (now - stuckSince >= config.writeTimeout().toNanos()) {
      cut();
    }
  }

  void end() {
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
      tally.closed(owner);
      home.left(this);
    }
  }

  Sink sink() {
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
