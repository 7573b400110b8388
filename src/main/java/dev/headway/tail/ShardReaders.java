package dev.headway.tail;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The shards that one run of the scheduler reads. KCL does not tell a reader of every end (a hard
 * stop just interrupts its threads), so the end of the run releases what is left here. Any thread.
 */
final class ShardReaders {
  private final Set<ShardReader> open = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /** False when the run is over; the reader must then do nothing more. */
  boolean add(ShardReader reader) {
    open.add(reader);
    if (closed) {
      open.remove(reader);
      return false;
    }
    return true;
  }

  void remove(ShardReader reader) {
    open.remove(reader);
  }

  List<ShardLease> leases() {
    return open.stream().map(ShardReader::lease).toList();
  }

  /** Ends every reader that KCL has not ended; none can be added any more. */
  void close() {
    closed = true;
    List.copyOf(open).forEach(ShardReader::release);
  }
}
