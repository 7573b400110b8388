package dev.headway.chaos;

import dev.headway.status.UploadId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What one reader of one upload has seen, and over which connections. Written by one thread, read
 * by any.
 */
final class Sighting {
  static final long STILL_OPEN = Long.MAX_VALUE;

  /** A version's arrival. */
  record Arrival(long version, long at, Connection over) {}

  /** One stream, from the head of its answer on. */
  static final class Connection {
    private final int node;
    private final long openedAt;
    private volatile long closedAt = STILL_OPEN;
    private long newest;

    Connection(int node, long openedAt) {
      this.node = node;
      this.openedAt = openedAt;
    }

    int node() {
      return node;
    }

    long openedAt() {
      return openedAt;
    }

    long closedAt() {
      return closedAt;
    }
  }

  private final UploadId upload;
  private final List<Arrival> arrivals = new ArrayList<>();
  private final List<Connection> connections = new ArrayList<>();
  private final List<String> remarks = new ArrayList<>();
  private long newest;
  private int wentBack;
  private int twice;
  private int olderThanTold;
  private boolean terminal;

  Sighting(UploadId upload) {
    this.upload = upload;
  }

  UploadId upload() {
    return upload;
  }

  synchronized Connection opened(int node, long at) {
    var connection = new Connection(node, at);
    connections.add(connection);
    return connection;
  }

  void closed(Connection connection, long at) {
    connection.closedAt = Math.min(connection.closedAt, at);
  }

  synchronized void arrived(long version, boolean isTerminal, long at, Connection over) {
    if (version < newest) {
      wentBack++;
      remark("went back from %d to %d on node %d".formatted(newest, version, over.node + 1));
    } else if (version == over.newest) {
      twice++;
      remark("got %d twice on node %d".formatted(version, over.node + 1));
    }
    newest = Math.max(newest, version);
    over.newest = Math.max(over.newest, version);
    terminal |= isTerminal;
    arrivals.add(new Arrival(version, at, over));
  }

  /** A poll was older than its {@code Age}. */
  synchronized void olderThanTold(String how) {
    olderThanTold++;
    remark(how);
  }

  synchronized int olderThanTold() {
    return olderThanTold;
  }

  synchronized void remark(String text) {
    remarks.add(upload + ": " + text);
  }

  synchronized List<String> remarks() {
    return List.copyOf(remarks);
  }

  synchronized long newest() {
    return newest;
  }

  synchronized boolean hasTerminal() {
    return terminal;
  }

  synchronized int wentBack() {
    return wentBack;
  }

  synchronized int twice() {
    return twice;
  }

  synchronized List<Connection> connections() {
    return List.copyOf(connections);
  }

  /** The first arrival of that version or of a newer one. */
  synchronized Optional<Arrival> firstOf(long version) {
    return arrivals.stream().filter(arrival -> arrival.version() >= version).findFirst();
  }

  /** The longest time between the end of a stream and the next one's beginning. */
  synchronized long longestAway() {
    long longest = 0;
    for (int i = 1; i < connections.size(); i++) {
      long closed = connections.get(i - 1).closedAt;
      longest = Math.max(longest, connections.get(i).openedAt - closed);
    }
    return longest;
  }
}
