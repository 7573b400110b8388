package dev.headway.hub;

/**
 * Carries messages to every node, the sender's own among them. It may lose messages but never
 * reorders those of one sender; receivers notice a loss by the numbers and heal it by reading the
 * table.
 */
public interface Bus {
  /**
   * Numbers the message and sends it. Any thread; never blocks and never runs a listener before it
   * returns. What cannot be sent is dropped: its number is left out, which the receivers see.
   */
  void publish(BusMessage message);

  /** Sets who receives, once, and starts. */
  void listen(BusListener listener);
}
