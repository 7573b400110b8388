package dev.headway.hub;

import io.vertx.core.Future;

/**
 * Carries messages to every node, the sender's own among them. It may lose messages but never
 * reorders those of one sender; receivers notice a loss by the numbers and heal it by reading the
 * table.
 */
public interface Bus {
  /**
   * Numbers the message and sends it. Any thread; never blocks and never runs a listener before it
   * returns.
   *
   * @return fails when the message surely did not leave this node; its number is then left out
   */
  Future<Void> publish(BusMessage message);

  /** Sets who receives, before the first message. */
  void listen(BusListener listener);
}
