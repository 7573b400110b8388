package dev.headway.chaos;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Does what a load balancer in front of the nodes does: asks each whether it is ready, twice a
 * second, and sends whoever comes to the next one that is. It reads their metrics on the way.
 */
final class Lookout implements AutoCloseable {
  private static final long EVERY_MILLIS = 500;

  /** A check that takes longer has failed. */
  private static final long WITHIN_MILLIS = 1_000;

  private final Vertx vertx;
  private final List<ServiceNode> nodes;
  private final HttpClient http;
  private final AtomicInteger turn = new AtomicInteger();
  private final long timer;

  Lookout(Vertx vertx, List<ServiceNode> nodes) {
    this.vertx = vertx;
    this.nodes = List.copyOf(nodes);
    this.http = vertx.createHttpClient();
    this.timer = vertx.setPeriodic(1, EVERY_MILLIS, id -> this.nodes.forEach(this::look));
  }

  /** Where the next one who comes is sent; to any node while none is ready. */
  ServiceNode next() {
    int start = turn.getAndUpdate(now -> (now + 1) % nodes.size());
    for (int i = 0; i < nodes.size(); i++) {
      ServiceNode node = nodes.get((start + i) % nodes.size());
      if (node.isReady()) {
        return node;
      }
    }
    return nodes.get(start);
  }

  private void look(ServiceNode node) {
    ask(node, "/health/ready")
        .compose(ready -> {
          node.saysReady(ready.statusCode() == 200);
          return ask(node, "/metrics").compose(HttpClientResponse::body);
        })
        .onSuccess(node::says)
        .onFailure(silent -> node.saysNothing());
  }

  private Future<HttpClientResponse> ask(ServiceNode node, String path) {
    var options =
        new RequestOptions()
            .setMethod(HttpMethod.GET)
            .setHost("127.0.0.1")
            .setPort(node.port())
            .setURI(path)
            .setConnectTimeout(WITHIN_MILLIS)
            .setIdleTimeout(WITHIN_MILLIS);
    return http.request(options)
        .compose(request -> request.send())
        .compose(
            answer -> path.equals("/metrics") ? Future.succeededFuture(answer) : drained(answer))
        .timeout(WITHIN_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** With its body read, which leaves the connection to the next. */
  private static Future<HttpClientResponse> drained(HttpClientResponse answer) {
    return answer.body().map((Buffer body) -> answer);
  }

  @Override
  public void close() {
    vertx.cancelTimer(timer);
    var _ = http.close();
  }
}
