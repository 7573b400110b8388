package dev.headway.hub;

import io.vertx.core.Future;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bus of a single node: a bounded queue and one thread, so that listener code runs neither
 * under a lock nor inside the publisher's call. When the queue is full the message is dropped and
 * its number with it: the listener sees the gap and heals it as it would any other loss.
 */
public final class InProcessBus implements Bus, AutoCloseable {
  /** Far more than a node has under way; only a listener that hangs lets it fill up. */
  private static final int CAPACITY = 16_384;

  private static final Logger LOG = LoggerFactory.getLogger(InProcessBus.class);

  private final Sender self;
  private final BlockingQueue<Delivery> queue;
  private final Thread thread;
  private long number;
  private volatile @Nullable BusListener listener;
  private volatile boolean closed;

  public InProcessBus(Sender self) {
    this(self, CAPACITY);
  }

  InProcessBus(Sender self, int capacity) {
    this.self = self;
    this.queue = new LinkedBlockingQueue<>(capacity);
    this.thread = Thread.ofPlatform().name("headway-bus").daemon().unstarted(this::deliver);
  }

  @Override
  public void listen(BusListener receiver) {
    if (listener != null) {
      throw new IllegalStateException("the bus has its listener already");
    }
    listener = receiver;
    thread.start();
  }

  /** The lock holds number and place in the queue together; nothing else happens under it. */
  @Override
  public synchronized Future<Void> publish(BusMessage message) {
    if (closed) {
      return Future.failedFuture("the bus is closed");
    }
    number++;
    if (!queue.offer(new Delivery(self, number, message))) {
      return Future.failedFuture("the bus is full");
    }
    return Future.succeededFuture();
  }

  private void deliver() {
    BusListener receiver = listener;
    while (!closed && receiver != null) {
      try {
        receiver.received(queue.take());
      } catch (InterruptedException e) {
        return; // only close() interrupts
      } catch (RuntimeException e) {
        LOG.error("A message could not be taken from the bus", e);
      }
    }
  }

  /** Stops delivering. What is still under way is dropped: the node is going down. */
  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }
}
