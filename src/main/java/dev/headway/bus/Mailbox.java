package dev.headway.bus;

import dev.headway.hub.BusListener;
import dev.headway.hub.Delivery;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A bounded queue and the one thread that hands deliveries to the listener, so that listener code
 * runs neither under a lock nor inside a publisher's call nor on an event loop. What arrives while
 * the queue is full is dropped; the listener sees the gap in the numbers. Any thread may put in.
 */
final class Mailbox implements AutoCloseable {
  /** Far more than a node has under way; only a listener that hangs lets it fill up. */
  static final int CAPACITY = 16_384;

  private static final Logger LOG = LoggerFactory.getLogger(Mailbox.class);

  private final BlockingQueue<Supplier<@Nullable Delivery>> queue;
  private final Thread thread;
  private volatile @Nullable BusListener listener;
  private volatile boolean closed;

  Mailbox(int capacity) {
    this.queue = new LinkedBlockingQueue<>(capacity);
    this.thread = Thread.ofPlatform().name("headway-bus").daemon().unstarted(this::deliver);
  }

  /** Starts handing out, also what was put in before. */
  void open(BusListener receiver) {
    if (listener != null) {
      throw new IllegalStateException("the bus has its listener already");
    }
    listener = receiver;
    thread.start();
  }

  void put(Delivery delivery) {
    put(() -> delivery);
  }

  /**
   * Puts a message in that is still to be decoded.
   *
   * @param delivery called on the mailbox's thread; null if it brings nothing
   */
  void put(Supplier<@Nullable Delivery> delivery) {
    var _ = queue.offer(delivery);
  }

  private void deliver() {
    BusListener receiver = listener;
    while (!closed && receiver != null) {
      try {
        Delivery delivery = queue.take().get();
        if (delivery != null) {
          receiver.received(delivery);
        }
      } catch (InterruptedException e) {
        return; // only close() interrupts
      } catch (RuntimeException e) {
        LOG.error("A message could not be taken from the bus", e);
      }
    }
  }

  /** Stops handing out. What is still under way is dropped: the node is going down. */
  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }
}
