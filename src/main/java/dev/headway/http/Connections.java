package dev.headway.http;

import io.vertx.core.http.HttpConnection;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts the connections of all event loops, and those of each address. One beyond a limit is kept
 * for a single answer, that there are too many; beyond some of those it is closed without a word.
 */
final class Connections {
  /** They need a file each, too. */
  private static final int MOST_SURPLUS = 200;

  private final long most;
  private final long mostOfAnAddress;
  private final AtomicLong open = new AtomicLong();
  private final LongAdder refused = new LongAdder();
  private final Set<HttpConnection> surplus = ConcurrentHashMap.newKeySet();
  private final ConcurrentHashMap<ByteBuffer, Place> places = new ConcurrentHashMap<>();

  /** Where all are while nobody counts by address. */
  private final Place anywhere = new Place(ByteBuffer.allocate(0), new AtomicLong());

  Connections(RequestLimits limits) {
    this.most = limits.connections();
    this.mostOfAnAddress =
        limits.limitsAddresses() ? limits.connectionsOfAnAddress() : Long.MAX_VALUE;
  }

  /** Lets a connection in, or not; in any case its closing is noted, and told to its loop. */
  void admit(HttpConnection connection, AwaitedRequests awaited) {
    Place place =
        mostOfAnAddress == Long.MAX_VALUE
            ? anywhere
            : enter(ClientAddress.key(connection.remoteAddress()));
    // One handler for all there is to do: most connections are streams, and each byte counts.
    connection.closeHandler(closing -> {
      awaited.closed(connection);
      leave(connection, place);
    });
    if (open.incrementAndGet() <= most && place.connections.get() <= mostOfAnAddress) {
      return;
    }
    refused.increment();
    if (surplus.size() < MOST_SURPLUS) {
      surplus.add(connection);
    } else {
      connection.close();
    }
  }

  private void leave(HttpConnection connection, Place place) {
    open.decrementAndGet();
    if (!surplus.isEmpty()) {
      surplus.remove(connection);
    }
    places.computeIfPresent(
        place.address, (key, known) -> known.connections.decrementAndGet() == 0 ? null : known);
  }

  private Place enter(ByteBuffer address) {
    return places.compute(
        address,
        (key, known) -> {
          Place place = known == null ? new Place(key, new AtomicLong()) : known;
          place.connections.incrementAndGet();
          return place;
        });
  }

  /** Whether its requests are to be refused. */
  boolean isSurplus(HttpConnection connection) {
    return !surplus.isEmpty() && surplus.contains(connection);
  }

  long open() {
    return open.get();
  }

  /** Since the start. */
  long refused() {
    return refused.sum();
  }

  /** Those with a connection at the moment. */
  int addresses() {
    return places.size();
  }

  /** One address that has connections. */
  private record Place(ByteBuffer address, AtomicLong connections) {}
}
