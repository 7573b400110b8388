package dev.headway.ops;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A port for operators alone, beside the one that is served to the world: health, metrics, and the
 * levels of the log, which can be changed here. Nobody is asked who they are: whoever reaches the
 * port may do all of it.
 */
public final class Management {
  private static final Logger log = LoggerFactory.getLogger(Management.class);

  private static final String LEVELS = "/log-levels";
  private static final int LONGEST_LEVEL = 16;

  /** In bytes; what is longer is not read. */
  private static final int LARGEST_BODY = 8 * 1024;

  private final Router router;

  public Management(Vertx vertx, Health health, Metrics metrics) {
    router = Router.router(vertx);
    read("/health/live", health.live());
    read("/health/ready", health.ready());
    read("/metrics", metrics.text());
    read(LEVELS, ctx -> blocking(ctx, LogLevels::all));
    router.delete(LEVELS).handler(ctx -> blocking(ctx, Management::reset));
    router
        .put(LEVELS + "/:logger")
        .handler(BodyHandler.create(false).setBodyLimit(LARGEST_BODY))
        .handler(this::set);
  }

  private void read(String path, Handler<RoutingContext> answer) {
    router.route(path).method(HttpMethod.GET).method(HttpMethod.HEAD).handler(answer);
  }

  /** Starts to listen; fails when the port cannot be had. */
  public Future<HttpServer> listen(Vertx vertx, String host, int port) {
    var options = new HttpServerOptions().setIdleTimeout(60).setIdleTimeoutUnit(TimeUnit.SECONDS);
    return vertx
        .createHttpServer(options)
        .requestHandler(router)
        .listen(port, host)
        .onSuccess(server -> log.info("operators are answered on port {}", server.actualPort()));
  }

  private void set(RoutingContext ctx) {
    String logger = Objects.requireNonNullElse(ctx.pathParam("logger"), "");
    String body = Objects.requireNonNullElse(ctx.body().asString(), "").strip();
    // Anything longer is no level, whatever it is.
    String level = body.length() > LONGEST_LEVEL ? "" : body;
    ctx.vertx()
        .executeBlocking(() -> LogLevels.set(logger, level.toUpperCase(Locale.ROOT)))
        .onFailure(ctx::fail)
        .onSuccess(problem ->
            problem.ifPresentOrElse(
                why -> answer(ctx, 400, Map.of("why", why)),
                () -> {
                  log.warn("an operator set the level of {} to {}", logger, level);
                  blocking(ctx, LogLevels::all);
                }));
  }

  private static Map<String, String> reset() {
    LogLevels.reset();
    log.warn("an operator took back the levels that had been set");
    return LogLevels.all();
  }

  private static void blocking(RoutingContext ctx, Supplier<Map<String, String>> levels) {
    ctx.vertx()
        .executeBlocking(levels::get)
        .onSuccess(all -> answer(ctx, 200, all))
        .onFailure(ctx::fail);
  }

  private static void answer(RoutingContext ctx, int httpStatus, Map<String, String> members) {
    JsonObject body = new JsonObject();
    members.forEach(body::put);
    Text.answer(ctx, httpStatus, "application/json", body.encode());
  }
}
