package dev.headway.http;

import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * The connections of one event loop that owe the service a request. The idle time-out alone would
 * let somebody hold a connection for ever by sending a byte of a header now and then, or by pings
 * of HTTP/2; here the whole head of a request has to arrive in time. A connection whose request is
 * being answered, a stream above all, is not in here and costs nothing. For that event loop only.
 */
final class AwaitedRequests {
  private final Duration first;
  private final Duration next;
  private final LongSupplier nanos;

  /** When each owes its request at the latest. */
  private final Map<HttpConnection, Long> due = new LinkedHashMap<>();

  /** HTTP/2 has several at once. Only connections with some are in here. */
  private final Map<HttpConnection, Integer> multiplexed = new HashMap<>();

  /**
   * @param first how long a new connection may take for the head of its first request
   * @param next how long after an answer it may take for the next: the pause between two requests
   *     of a caller who keeps the connection, and the sending of the second
   */
  AwaitedRequests(Duration first, Duration next, LongSupplier nanos) {
    this.first = first;
    this.next = next;
    this.nanos = nanos;
  }

  void connected(HttpConnection connection) {
    due.put(connection, nanos.getAsLong() + first.toNanos());
  }

  void began(HttpConnection connection) {
    due.remove(connection);
    if (connection.protocolVersion() == HttpVersion.HTTP_2) {
      multiplexed.merge(connection, 1, Integer::sum);
    }
  }

  /**
   * An answer was given, or its caller left.
   *
   * @param response of a request that had begun
   */
  void ended(HttpConnection connection, HttpServerResponse response) {
    if (connection.protocolVersion() != HttpVersion.HTTP_2) {
      if (!response.closed()) {
        awaitNext(connection);
      }
      return;
    }
    Integer many = multiplexed.remove(connection);
    if (many == null) {
      return; // it closed before
    }
    if (many > 1) {
      multiplexed.put(connection, many - 1);
    } else {
      awaitNext(connection);
    }
  }

  private void awaitNext(HttpConnection connection) {
    due.put(connection, nanos.getAsLong() + next.toNanos());
  }

  void closed(HttpConnection connection) {
    due.remove(connection);
    multiplexed.remove(connection);
  }

  /** Those that are late, which are awaited no more. */
  List<HttpConnection> late() {
    long now = nanos.getAsLong();
    List<HttpConnection> late =
        due.entrySet().stream()
            .filter(entry -> now - entry.getValue() >= 0)
            .map(Map.Entry::getKey)
            .toList();
    late.forEach(this::closed);
    return late;
  }

  int size() {
    return due.size();
  }
}
