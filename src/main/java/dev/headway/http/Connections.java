package dev.headway.http;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpConnection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts the connections of all event loops. One beyond the limit is kept for a single answer, that
 * there are too many; beyond some of those it is closed without a word.
 */
final class Connections implements Handler<HttpConnection> {
  /** They need a file each, too. */
  private static final int MOST_SURPLUS = 200;

  private final long most;
  private final AtomicLong open = new AtomicLong();
  private final LongAdder refused = new LongAdder();
  private final Set<HttpConnection> surplus = ConcurrentHashMap.newKeySet();

  /** Shared by all, because most connections are streams, and each byte of them counts. */
  private final Handler<Void> closed = closing -> open.decrementAndGet();

  Connections(long most) {
    this.most = most;
  }

  @Override
  public void handle(HttpConnection connection) {
    if (open.incrementAndGet() <= most) {
      connection.closeHandler(closed);
      return;
    }
    refused.increment();
    connection.closeHandler(closing -> {
      surplus.remove(connection);
      open.decrementAndGet();
    });
    if (surplus.size() < MOST_SURPLUS) {
      surplus.add(connection);
    } else {
      connection.close();
    }
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
}
