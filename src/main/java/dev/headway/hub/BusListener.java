package dev.headway.hub;

/** The receiving end of the bus. */
public interface BusListener {
  /** A message came. Calls never overlap; they come from a thread of the bus. */
  void received(Delivery delivery);

  /**
   * The connection to the other nodes was lost, or is new: anything may have been missed. Any
   * thread.
   */
  void interrupted();
}
