package dev.headway.hub;

/**
 * Who put a message on the bus: one life of one node. A node that starts again is a new sender,
 * whose numbers start again.
 *
 * @param node names the node; stable over restarts, or not
 * @param start distinguishes this life of the node from all its others; orders nothing
 */
public record Sender(String node, long start) {
  public Sender {
    if (node.isBlank()) {
      throw new IllegalArgumentException("a sender has a name");
    }
  }
}
