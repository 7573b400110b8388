package dev.headway.hub;

/** The receiving end of the bus. Calls never overlap; they come from a thread of the bus. */
public interface BusListener {
  void received(Delivery delivery);

  /** The connection to the other nodes was lost, or is new: anything may have been missed. */
  void interrupted();
}
