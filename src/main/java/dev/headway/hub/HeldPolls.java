package dev.headway.hub;

import dev.headway.status.OwnerId;
import io.netty.channel.EventLoop;
import io.vertx.core.internal.ContextInternal;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;

/**
 * The polls of a node that wait for news. Each is a subscription and a timer of its event loop,
 * nothing else.
 */
public final class HeldPolls {
  private final Hub hub;
  private final OwnerPlaces places;
  private final LoopLocal<OfLoop> loops = new LoopLocal<>(OfLoop::new);
  private final LongAdder open = new LongAdder();
  private volatile boolean draining;

  /**
   * None yet.
   *
   * @param places where each poll takes one while it waits
   */
  public HeldPolls(Hub hub, OwnerPlaces places) {
    this.hub = hub;
    this.places = places;
  }

  /** Those of one event loop, to which it belongs. */
  private record OfLoop(EventLoop loop, Set<Wait> waits) {
    OfLoop(EventLoop loop) {
      this(loop, new HashSet<>());
    }

    void sendAway() {
      List.copyOf(waits).forEach(Wait::sendAway);
    }
  }

  /**
   * Waits until the upload gets past what the poller has. Call it on an event loop; the wait ends
   * there.
   *
   * @param known what the poller has
   * @return empty while the node goes down: nobody should wait here
   */
  public Optional<Wait> hold(Change known, Duration atMost) {
    if (draining) {
      return Optional.empty();
    }
    OwnerId owner = known.record().ownerId();
    OfLoop here = loops.here();
    var wait =
        new Wait(
            known.version(),
            ContextInternal.current().promise(),
            over -> {
              here.waits.remove(over);
              open.decrement();
              places.free(owner);
            });
    here.waits.add(wait);
    open.increment();
    places.take(owner);
    wait.begin(here.loop, atMost);
    wait.subscribed(hub.subscribe(known, wait));
    if (draining) {
      wait.sendAway(); // may have come too late for the drain to see it
    }
    return Optional.of(wait);
  }

  /** Ends every wait, and from now on begins none. Any thread. */
  public void drain() {
    draining = true;
    loops.all().forEach(here -> here.loop.execute(here::sendAway));
  }

  /** How many polls wait. Any thread. */
  public long open() {
    return open.sum();
  }
}
