package dev.headway.hub;

import io.netty.channel.EventLoop;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import java.util.Collection;
import java.util.Collections;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;

/**
 * One value for each event loop, made on first use by that loop, so that it needs no lock. Keyed by
 * the loop and not by the Vert.x context, of which there may be many on one loop.
 */
public final class LoopLocal<T> {
  private final Function<EventLoop, T> make;
  private final ConcurrentMap<EventLoop, T> values = new ConcurrentHashMap<>();

  /**
   * Nothing yet.
   *
   * @param make called on the loop whose value it makes
   */
  public LoopLocal(Function<EventLoop, T> make) {
    this.make = make;
  }

  /**
   * The value of the loop that the caller runs on.
   *
   * @throws IllegalStateException off the event loops
   */
  public T here() {
    if (!(Vertx.currentContext() instanceof ContextInternal context)
        || !context.nettyEventLoop().inEventLoop()) {
      throw new IllegalStateException("only an event loop may do this: " + Thread.currentThread());
    }
    EventLoop loop = context.nettyEventLoop();
    T made = values.get(loop);
    return made != null ? made : values.computeIfAbsent(loop, make);
  }

  /** The values made so far. Any thread; a value still belongs to its loop. */
  public Collection<T> all() {
    return Collections.unmodifiableCollection(values.values());
  }
}
