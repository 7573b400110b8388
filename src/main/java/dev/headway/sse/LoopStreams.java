package dev.headway.sse;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The streams of one event loop, and the one timer that they share. With every tick it serves the
 * streams that wait for their reader or the rate limit, visits one spoke of the wheel, so that each
 * stream has its turn once in a sweep, and while draining ends the next few streams. Belongs to the
 * loop.
 */
final class LoopStreams implements EventStream.Home {
  /** What a drained reader has to take the last bytes before it is cut. */
  private static final Duration DRAIN_GRACE = Duration.ofSeconds(2);

  private static final Logger LOG = LoggerFactory.getLogger(LoopStreams.class);

  private final ScheduledExecutorService loop;
  private final StreamConfig config;
  private final LongSupplier ticker;
  private final Supplier<Duration> drainRetry;

  // Spread in turn and not by time of arrival, or a storm of connects would beat as one.
  private final List<Spoke> wheel = new ArrayList<>();
  private int nextToFill;
  private int nextToVisit;
  private final AtomicInteger size = new AtomicInteger(); // changed by the loop, read by others
  private final List<EventStream> parked = new ArrayList<>();
  private @Nullable ScheduledFuture<?> timer;

  private final Deque<EventStream> toDrain = new ArrayDeque<>();
  private final Promise<Void> drained = Promise.promise();
  private boolean draining;
  private long drainEnds;

  LoopStreams(
      ScheduledExecutorService loop,
      StreamConfig config,
      LongSupplier ticker,
      Supplier<Duration> drainRetry) {
    this.loop = loop;
    this.config = config;
    this.ticker = ticker;
    this.drainRetry = drainRetry;
    long spokes = config.sweepEvery().dividedBy(config.tick());
    for (int i = 0; i < spokes; i++) {
      wheel.add(new Spoke());
    }
  }

  /** Takes a stream in, before it begins. */
  void add(EventStream stream) {
    wheel.get(nextToFill).add(stream);
    nextToFill = (nextToFill + 1) % wheel.size();
    size.incrementAndGet();
    if (timer == null) {
      long tick = config.tick().toNanos();
      timer = loop.scheduleAtFixedRate(this::tick, tick, tick, TimeUnit.NANOSECONDS);
    }
  }

  /** How many there are. Any thread. */
  int size() {
    return size.get();
  }

  @Override
  public void park(EventStream stream) {
    if (!stream.isParked()) {
      stream.parked(true);
      parked.add(stream);
    }
  }

  @Override
  public void left(EventStream stream) {
    stream.leaveWheel();
    if (size.decrementAndGet() == 0) {
      rest();
    }
  }

  private void rest() {
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
    parked.clear();
    if (draining) {
      drained.tryComplete();
    }
  }

  /** One step of the clock. */
  void tick() {
    long now = ticker.getAsLong();
    serveWaiting(now);
    Spoke spoke = wheel.get(nextToVisit);
    nextToVisit = (nextToVisit + 1) % wheel.size();
    spoke.forEach(stream -> guarded(stream, () -> stream.visit(now)));
    if (draining) {
      drainSome(now);
    }
  }

  private void serveWaiting(long now) {
    List<EventStream> waiting = List.copyOf(parked);
    parked.clear();
    for (EventStream stream : waiting) {
      stream.parked(false);
      guarded(
          stream,
          () -> {
            if (!stream.flush(now)) {
              park(stream);
            }
          });
    }
  }

  /** A stream that fails takes nobody with it, least of all the timer. */
  private static void guarded(EventStream stream, Runnable step) {
    try {
      step.run();
    } catch (RuntimeException e) {
      LOG.error("A stream failed and is cut", e);
      stream.cut();
    }
  }

  /**
   * Ends all streams in waves, each with a fresh retry. Any thread.
   *
   * @param over in which time
   * @return completes when the last is closed; a reader that does not take the end is cut soon
   *     after the time is up
   */
  Future<Void> drain(Duration over) {
    loop.execute(() -> beginToDrain(over));
    return drained.future();
  }

  private void beginToDrain(Duration over) {
    if (!draining) {
      draining = true;
      drainEnds = ticker.getAsLong() + over.toNanos();
      wheel.forEach(spoke -> spoke.forEach(toDrain::add));
      if (size.get() == 0) {
        drained.tryComplete();
      }
    }
  }

  private void drainSome(long now) {
    long left = drainEnds - now;
    long ticksLeft = Math.max(1, left / config.tick().toNanos());
    long wave = left <= 0 ? toDrain.size() : Math.ceilDiv(toDrain.size(), ticksLeft);
    for (long i = 0; i < wave; i++) {
      EventStream stream = toDrain.remove();
      guarded(stream, () -> stream.drain(drainRetry.get()));
    }
    if (-left > DRAIN_GRACE.toNanos()) {
      wheel.forEach(spoke -> spoke.forEach(EventStream::cut));
    }
  }
}
