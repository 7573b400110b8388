package dev.headway.chaos;

import java.time.Duration;

/**
 * The size of a run.
 *
 * @param uploads fresh ones for each row
 * @param streams of each row, over the uploads and the nodes in turn
 * @param pollers of each row, one upload each
 * @param writesPerSecond during each row, from before the fault until the last upload has ended
 * @param quick whether faults are held for a short time
 */
record Settings(
    int nodes, int uploads, int streams, int pollers, int writesPerSecond, boolean quick) {
  /** All ports of the nodes are out of one row of free ones. */
  private static final int MOST_NODES = 5;

  Settings {
    if (nodes < 1 || nodes > MOST_NODES) {
      throw new IllegalArgumentException("a cluster here has 1 to " + MOST_NODES + " nodes");
    }
    if (uploads < 1 || streams < uploads || pollers < 0 || writesPerSecond < 1) {
      throw new IllegalArgumentException(
          "there are uploads, each with a stream or more, and writes");
    }
  }

  static Settings full() {
    return new Settings(3, 1_000, 3_000, 20, 50, false);
  }

  static Settings shortRun() {
    return new Settings(3, 100, 300, 20, 50, true);
  }

  /** For a test: the least that still meets every node and every kind of change. */
  static Settings least() {
    return new Settings(3, 60, 180, 6, 50, true);
  }

  /** How long writes go on before the fault. */
  Duration before() {
    return Duration.ofSeconds(quick ? 2 : 5);
  }

  /** How long a node has for what it does on SIGTERM. */
  Duration stopWithin() {
    return Duration.ofSeconds(40);
  }

  /** How long the last event may take after the last write, before it counts as lost. */
  Duration lastEventsWithin() {
    return Duration.ofSeconds(quick ? 15 : 45);
  }

  /** After which a cluster that is not healthy again will not be. */
  Duration patience() {
    return Duration.ofSeconds(90);
  }
}
