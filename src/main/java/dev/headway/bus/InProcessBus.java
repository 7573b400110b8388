package dev.headway.bus;

import dev.headway.hub.BusListener;
import dev.headway.hub.BusMessage;
import dev.headway.hub.Delivery;
import dev.headway.hub.Sender;

/** The bus of a node that is alone. Any thread. */
public final class InProcessBus implements NodeBus {
  private final Sender self;
  private final Mailbox mailbox;
  private long number;

  public InProcessBus(Sender self) {
    this(self, Mailbox.CAPACITY);
  }

  InProcessBus(Sender self, int capacity) {
    this.self = self;
    this.mailbox = new Mailbox(capacity);
  }

  @Override
  public void listen(BusListener listener) {
    mailbox.open(listener);
  }

  /** The lock holds number and place in the queue together; nothing else happens under it. */
  @Override
  public synchronized void publish(BusMessage message) {
    number++;
    mailbox.put(new Delivery(self, number, message));
  }

  @Override
  public boolean reachesOthers() {
    return true; // there are none
  }

  @Override
  public BusFigures figures() {
    return BusFigures.NONE;
  }

  @Override
  public void close() {
    mailbox.close();
  }
}
