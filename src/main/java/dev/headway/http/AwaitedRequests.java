package dev.headway.http;

import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
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

  /**
   * Requests that are being answered: of HTTP/2 all, as it has several at once; of HTTP/1 those
   * beside the one that it has, for as long as Vert.x begins with a pipelined request before it
   * says that the answer to the one before has ended.
   */
  private final Map<HttpConnection, Integer> answering = new HashMap<>();

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

  /**
   * A request has come.
   *
   * @param over runs once, when it was answered or its caller took it back
   */
  void began(HttpServerRequest request, Runnable over) {
    HttpConnection connection = request.connection();
    boolean wasAwaited = due.remove(connection) != null;
    if (isMultiplexed(connection) || !wasAwaited) {
      answering.merge(connection, 1, Integer::sum);
    }
    HttpServerResponse response = request.response();
    response.endHandler(ended -> {
      ended(connection, response);
      over.run();
    });
    if (isMultiplexed(connection)) {
      // Of a request that its caller resets Vert.x never says that it ended.
      response.exceptionHandler(reset -> {
        response.exceptionHandler(null).endHandler(null);
        ended(connection, response);
        over.run();
      });
    }
  }

  private static boolean isMultiplexed(HttpConnection connection) {
    return connection.protocolVersion() == HttpVersion.HTTP_2;
  }

  private void ended(HttpConnection connection, HttpServerResponse response) {
    Integer many = answering.remove(connection);
    if (many != null && many > 1) {
      answering.put(connection, many - 1);
      return;
    }
    // Whatever is not in here any more has closed before.
    boolean isTheLast =
        isMultiplexed(connection) ? many != null : many == null && !response.closed();
    if (isTheLast) {
      due.put(connection, nanos.getAsLong() + next.toNanos());
    }
  }

  void closed(HttpConnection connection) {
    due.remove(connection);
    answering.remove(connection);
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
