package dev.headway.http;

import dev.headway.api.ProblemCode;
import dev.headway.api.ProblemException;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The table of contents: every address of the service, who may ask for it, and what answers. */
final class Routes {
  private final HttpConfig config;
  private final Cors cors;
  private final CallerGates gates;
  private final Tickets tickets;
  private final Ports ports;
  private final Operations operations;
  private final WebRoot webRoot;
  private final BlockingCalls blocking;
  private final Problems problems;
  private final RequestFigures figures;
  private final InstantSource clock;

  Routes(
      HttpConfig config,
      CallerGates gates,
      Tickets tickets,
      Ports ports,
      Operations operations,
      WebRoot webRoot,
      BlockingCalls blocking,
      Problems problems,
      RequestFigures figures,
      InstantSource clock) {
    this.config = config;
    this.cors = new Cors(config.allowedOrigins());
    this.gates = gates;
    this.tickets = tickets;
    this.ports = ports;
    this.operations = operations;
    this.webRoot = webRoot;
    this.blocking = blocking;
    this.problems = problems;
    this.figures = figures;
    this.clock = clock;
  }

  /** Marks what comes before the routes, too. */
  Cors cors() {
    return cors;
  }

  Router build(Vertx vertx) {
    Router router = Router.router(vertx);
    router.route().failureHandler(problems);
    // What the router refuses before any route: an address that is none.
    List.of(400, 404, 405, 500).forEach(status -> router.errorHandler(status, problems));

    List<Handler<RoutingContext>> callers = gates.callers();
    List<Handler<RoutingContext>> addresses = gates.addresses();
    List<Handler<RoutingContext>> anybody = List.of();
    Sessions sessions = gates.sessions(clock);

    Table table = new Table(router, cors);
    table.get("/status", callers, new ReadUploads(ports, clock).asHandler());
    table.get(
        "/status/:uploadId", callers, ReadStatus.negotiated(ports, figures, clock).asHandler());
    table.get(
        "/status/:uploadId/events",
        callers,
        ReadStatus.streaming(ports, figures, clock).asHandler());
    table.post("/status/:uploadId/cancel", callers, new Cancel(ports, blocking, clock).asHandler());
    table.post(
        "/status/:uploadId/ticket", callers, new IssueTicket(ports, tickets, clock).asHandler());
    table.post("/session", callers, endpoint(sessions::begin));
    table.delete("/session", addresses, endpoint(sessions::end));
    table.post(
        "/uploads", callers, new StartUpload(ports, blocking, config.firstRequest()).asHandler());
    table.get("/leads", callers, new FindLeads(ports.leads(), blocking).asHandler());
    table.get("/openapi.json", anybody, new ServeContract().asHandler());
    table.get("/settings.json", anybody, new ServeSettings(config.page()).asHandler());
    config
        .page()
        .developmentSignIn()
        .ifPresent(signIn ->
            table.post(
                "/development/token",
                anybody,
                new SignInDeveloper(signIn, config.firstRequest()).asHandler()));
    table.get("/health/live", anybody, operations.live());
    table.get("/health/ready", anybody, operations.ready());
    table.get("/metrics", anybody, operations.metrics());
    table.close();

    router.route().handler(new ServePage(webRoot, config.uploadOrigins()).asHandler());
    return router;
  }

  private static Handler<RoutingContext> endpoint(Endpoint endpoint) {
    return endpoint.asHandler();
  }

  /** Enters routes, and remembers what each path allows. */
  private static final class Table {
    private final Router router;
    private final Cors cors;
    private final Map<String, List<HttpMethod>> allowed = new LinkedHashMap<>();

    Table(Router router, Cors cors) {
      this.router = router;
      this.cors = cors;
    }

    void get(String path, List<Handler<RoutingContext>> gates, Handler<RoutingContext> last) {
      enter(path, List.of(HttpMethod.GET, HttpMethod.HEAD), gates, last);
    }

    void post(String path, List<Handler<RoutingContext>> gates, Handler<RoutingContext> last) {
      enter(path, List.of(HttpMethod.POST), gates, last);
    }

    void delete(String path, List<Handler<RoutingContext>> gates, Handler<RoutingContext> last) {
      enter(path, List.of(HttpMethod.DELETE), gates, last);
    }

    private void enter(
        String path,
        List<HttpMethod> methods,
        List<Handler<RoutingContext>> gates,
        Handler<RoutingContext> last) {
      Route route = router.route(path);
      methods.forEach(route::method);
      gates.forEach(route::handler);
      route.handler(last);
      allowed.computeIfAbsent(path, p -> new ArrayList<>()).addAll(methods);
    }

    /** Answers the methods that the paths do not have. */
    void close() {
      allowed.forEach((path, methods) -> router.route(path).handler(otherMethods(methods)));
    }

    private Handler<RoutingContext> otherMethods(List<HttpMethod> methods) {
      return endpoint(ctx -> answerOtherMethod(ctx, methods));
    }

    private Future<Void> answerOtherMethod(RoutingContext ctx, List<HttpMethod> methods) {
      ctx.response().putHeader("Allow", Cors.list(methods) + ", OPTIONS");
      if (HttpMethod.OPTIONS.equals(ctx.request().method())) {
        cors.permit(ctx, methods);
        return Answers.send(ctx, 204, Map.of());
      }
      throw new ProblemException(
          ProblemCode.METHOD_NOT_ALLOWED, "Allowed here: " + Cors.list(methods) + ", OPTIONS.");
    }
  }
}
