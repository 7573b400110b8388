package dev.headway.bench.hub;

import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The server that one writes with Vert.x on a good day: chunked responses, a set of them for each
 * upload and event loop, a string for each event. No authentication, no limits, no slow readers.
 * {@code /hello} answers with the JSON of a record and nothing else.
 */
final class ObviousServer extends VerticleBase {
  private static final int LOOPS = 2;
  private static final List<ObviousServer> ALL = new CopyOnWriteArrayList<>();
  private static final AtomicInteger PORT = new AtomicInteger();

  private final Map<Integer, Set<HttpServerResponse>> readers = new HashMap<>();
  private Context loop;

  public static void main(String[] args) throws Exception {
    var vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(LOOPS));
    vertx
        .deployVerticle(ObviousServer::new, new DeploymentOptions().setInstances(LOOPS))
        .toCompletionStage()
        .toCompletableFuture()
        .join();
    Publishing.obey(
        PORT.get(),
        changes -> {
          Map<Integer, String> frames = new LinkedHashMap<>();
          changes.forEach(change ->
              frames.put(
                  change.upload(),
                  new String(
                      FloorServer.frame(change.upload(), change.version()),
                      StandardCharsets.UTF_8)));
          ALL.forEach(server -> server.loop.runOnContext(v -> frames.forEach(server::publish)));
        });
  }

  @Override
  public Future<?> start() {
    loop = context;
    return vertx
        .createHttpServer(new HttpServerOptions().setAcceptBacklog(4096))
        .requestHandler(this::serve)
        .listen(-1, "127.0.0.1")
        .onSuccess(server -> {
          PORT.set(server.actualPort());
          ALL.add(this);
        });
  }

  private void serve(HttpServerRequest request) {
    HttpServerResponse response = request.response();
    if (request.path().equals("/hello")) {
      response
          .putHeader("Content-Type", "application/json")
          .end(new String(Uploads.json(0, 1), StandardCharsets.UTF_8));
      return;
    }
    int upload = Uploads.number(request.path().split("/", -1)[2]);
    Set<HttpServerResponse> audience = readers.computeIfAbsent(upload, n -> new LinkedHashSet<>());
    audience.add(response);
    response.closeHandler(closed -> audience.remove(response));
    response.setChunked(true).putHeader("Content-Type", "text/event-stream").write(":ok\n\n");
  }

  private void publish(int upload, String frame) {
    readers.getOrDefault(upload, Set.of()).forEach(response -> response.write(frame));
  }
}
