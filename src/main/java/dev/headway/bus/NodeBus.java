package dev.headway.bus;

import dev.headway.hub.Bus;

/** A bus as the node sees it that opened it. Any thread. */
public interface NodeBus extends Bus, AutoCloseable {
  /**
   * Whether what is published arrives at the other nodes, as far as is known. A node whose messages
   * do not arrive must not keep the table's stream to itself.
   */
  boolean reachesOthers();

  /** What it has done since it was made. */
  BusFigures figures();

  /** Stops; what is still under way is dropped. */
  @Override
  void close();
}
