package dev.headway.bus;

import dev.headway.hub.BusListener;
import dev.headway.hub.BusMessage;
import dev.headway.hub.Delivery;
import dev.headway.hub.Sender;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bus over publish and subscribe of Redis or Valkey. What a node publishes reaches itself at
 * once, without the server; the other nodes get it in frames: changes are gathered for up to {@link
 * #COALESCE}, then sent in one piece.
 *
 * <p>Every frame comes back to its sender, too. That is how the sender knows that the whole way
 * works: when a frame is not back in time the connection is given up and made anew, whatever the
 * sockets say. Until then, and while too many frames are under way, messages wait in the bounded
 * {@link Outbox}.
 *
 * <p>Connections and timers live on one event loop; {@link #publish} and the figures may be used by
 * any thread. Decoding and the listener run on the thread of the {@link Mailbox}.
 */
public final class RedisBus implements NodeBus {
  /** The longest that a change waits for others to travel with. */
  static final Duration COALESCE = Duration.ofMillis(20);

  /** Frames that may be under way; about 3 MB at most. */
  private static final int WINDOW = 32;

  /** How often the wait for frames to come back is checked. */
  private static final long CHECK_MILLIS = 250;

  private static final long COMPLAIN_EVERY = Duration.ofMinutes(1).toNanos();

  private static final Logger LOG = LoggerFactory.getLogger(RedisBus.class);

  private final Vertx vertx;
  private final Context loop;
  private final BusAddress address;
  private final Sender self;
  private final RandomGenerator random;
  private final LongSupplier ticker;
  private final FrameCodec codec = new FrameCodec();
  private final byte[] ownOpening;
  private final Mailbox mailbox = new Mailbox(Mailbox.CAPACITY);
  private final Outbox outbox;
  private final AtomicBoolean flushing = new AtomicBoolean();
  private final LongAdder sent = new LongAdder();
  private final LongAdder received = new LongAdder();
  private final LongAdder undecodable = new LongAdder();
  private final LongAdder losses = new LongAdder();

  private @Nullable BusListener listener;
  private long number;
  private volatile boolean up;
  private volatile long roundTrip;

  // Of the event loop.
  private @Nullable RedisLink link;
  private Backoff backoff = Backoff.NONE;
  private boolean closed;
  private boolean complaining;
  private long checkTimer;
  private long lastFlush;

  // Of the mailbox's thread.
  private long complainedAt;

  /**
   * A bus that does nothing before {@link #listen}.
   *
   * @param ticker monotonic nanoseconds, as {@link System#nanoTime}
   */
  public RedisBus(
      Vertx vertx, BusAddress address, Sender self, RandomGenerator random, LongSupplier ticker) {
    this.vertx = vertx;
    this.loop = vertx.getOrCreateContext();
    this.address = address;
    this.self = self;
    this.random = random;
    this.ticker = ticker;
    this.ownOpening = codec.opening(self);
    this.outbox = new Outbox(self, Outbox.CAPACITY);
    this.lastFlush = ticker.getAsLong() - COALESCE.toNanos();
    this.complainedAt = ticker.getAsLong() - COMPLAIN_EVERY;
  }

  @Override
  public void listen(BusListener receiver) {
    listener = receiver;
    mailbox.open(receiver);
    loop.runOnContext(v -> {
      checkTimer = vertx.setPeriodic(CHECK_MILLIS, id -> check());
      connect();
    });
  }

  /** The lock holds number and place in the mailbox together; nothing else happens under it. */
  @Override
  public void publish(BusMessage message) {
    synchronized (this) {
      number++;
      mailbox.put(new Delivery(self, number, message));
      outbox.put(message);
    }
    if (flushing.compareAndSet(false, true)) {
      loop.runOnContext(v -> flushSoon());
    }
  }

  private void flushSoon() {
    long wait = COALESCE.toNanos() - (ticker.getAsLong() - lastFlush);
    if (wait <= 0) {
      flush();
    } else {
      vertx.setTimer(Math.max(1, wait / 1_000_000), id -> flush());
    }
  }

  private void flush() {
    flushing.set(false); // first: what is published from here on asks for its own flush
    lastFlush = ticker.getAsLong();
    pump();
  }

  /** Sends what waits, as far as the window allows. */
  private void pump() {
    RedisLink current = link;
    while (up && current != null && current.underWay() < WINDOW) {
      Frame frame = outbox.take();
      if (frame == null) {
        return;
      }
      sent.increment();
      current.send(codec.encode(frame), ticker.getAsLong());
    }
  }

  private void connect() {
    if (!closed) {
      link = new RedisLink(vertx, address, ticker, new FromLink());
    }
  }

  private void check() {
    if (link != null) {
      link.check();
    }
  }

  /** Which is known from the frames that came back, so it is true for up to 2 s too long. */
  @Override
  public boolean reachesOthers() {
    return up;
  }

  @Override
  public BusFigures figures() {
    return new BusFigures(
        sent.sum(),
        received.sum(),
        undecodable.sum(),
        outbox.dropped(),
        losses.sum(),
        Duration.ofNanos(roundTrip));
  }

  @Override
  public void close() {
    loop.runOnContext(v -> {
      closed = true;
      up = false;
      vertx.cancelTimer(checkTimer);
      if (link != null) {
        link.close();
      }
    });
    mailbox.close();
  }

  /** What the connection tells, on the event loop. */
  private final class FromLink implements RedisLink.Events {
    @Override
    public void up() {
      LOG.info("connected to the bus at {}", address);
      complaining = false;
      backoff = Backoff.NONE;
      up = true;
      Objects.requireNonNull(listener).interrupted();
      pump();
    }

    @Override
    public void message(byte[] payload) {
      boolean own = Arrays.mismatch(payload, ownOpening) == ownOpening.length;
      if (own && link != null) {
        roundTrip = link.cameBack(ticker.getAsLong());
        pump();
      } else {
        received.increment();
        mailbox.put(() -> decoded(payload));
      }
    }

    @Override
    public void down(String reason) {
      boolean wasUp = up;
      up = false;
      link = null;
      if (closed) {
        return;
      }
      if (!complaining) {
        complaining = true;
        LOG.warn("not connected to the bus at {}: {}; trying again", address, reason);
      }
      if (wasUp) {
        losses.increment();
        Objects.requireNonNull(listener).interrupted();
      }
      backoff = backoff.next();
      vertx.setTimer(backoff.jittered(random), id -> connect());
    }
  }

  /** A frame that cannot be read is lost: the sender's next one shows the gap. */
  private @Nullable Delivery decoded(byte[] payload) {
    try {
      Frame frame = codec.decode(payload);
      return new Delivery(frame.from(), frame.number(), frame.message());
    } catch (UndecodableFrameException e) {
      undecodable.increment();
      long now = ticker.getAsLong();
      if (now - complainedAt >= COMPLAIN_EVERY) {
        complainedAt = now;
        LOG.warn("something on the bus cannot be read: {}", e.getMessage());
      }
      return null;
    }
  }
}
