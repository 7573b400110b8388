package dev.headway.ops;

import io.vertx.core.Handler;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says whether a service lives and whether it should get requests, and why not. Checks run on the
 * event loop at each question: they look at what is known and ask nobody.
 */
public final class Health {
  private static final Logger log = LoggerFactory.getLogger(Health.class);

  private final List<Check> checks;

  public Health(List<Check> checks) {
    this.checks = List.copyOf(checks);
  }

  /**
   * Something that must be so for the service to be ready.
   *
   * @param name one word
   * @param problem why it is not so, in words for operators; empty when all is well. Does not block
   */
  public record Check(String name, Supplier<Optional<String>> problem) {}

  /** {@code 200} as long as the process can answer at all. */
  public Handler<RoutingContext> live() {
    return ctx -> answer(ctx, 200, new JsonObject().put("status", "live"));
  }

  /** {@code 200} when every check passes, else {@code 503}; each check by name. */
  public Handler<RoutingContext> ready() {
    return ctx -> {
      boolean ready = true;
      JsonArray results = new JsonArray();
      for (Check check : checks) {
        Optional<String> problem = problemOf(check);
        ready &= problem.isEmpty();
        JsonObject result = new JsonObject().put("name", check.name()).put("ok", problem.isEmpty());
        problem.ifPresent(why -> result.put("why", why));
        results.add(result);
      }
      JsonObject body =
          new JsonObject().put("status", ready ? "ready" : "not ready").put("checks", results);
      answer(ctx, ready ? 200 : 503, body);
    };
  }

  private static Optional<String> problemOf(Check check) {
    try {
      return check.problem().get();
    } catch (RuntimeException e) {
      log.error("the health check {} failed itself", check.name(), e);
      return Optional.of("the check itself failed");
    }
  }

  private static void answer(RoutingContext ctx, int httpStatus, JsonObject body) {
    if (httpStatus == 503) {
      ctx.response().putHeader("Retry-After", "1");
    }
    Text.answer(ctx, httpStatus, "application/json", body.encode());
  }
}
