package dev.headway.hub;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A bus that delivers within the call, so that tests need not wait, and that can lose messages. */
public final class DirectBus implements Bus {
  private final Sender self = new Sender("test", 1);
  private final List<BusMessage> published = new ArrayList<>();
  private @Nullable BusListener listener;
  private long number;
  private boolean losing;

  public void lose(boolean from) {
    losing = from;
  }

  public List<BusMessage> published() {
    return published;
  }

  @Override
  public synchronized void publish(BusMessage message) {
    number++;
    published.add(message);
    if (!losing && listener != null) {
      listener.received(new Delivery(self, number, message));
    }
  }

  public void interrupt() {
    Objects.requireNonNull(listener).interrupted();
  }

  @Override
  public void listen(BusListener receiver) {
    listener = receiver;
  }
}
