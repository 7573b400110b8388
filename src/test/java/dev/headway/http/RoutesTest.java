package dev.headway.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.headway.api.ContractDocument;
import dev.headway.api.Samples;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** That the table of routes and the contract are one. */
class RoutesTest extends ServiceTest {
  /** With the one path that a deployment does not have. */
  private static final PageSettings EVERYTHING =
      new PageSettings(true, 1)
          .withDevelopmentSignIn(new DevelopmentSignIn(List.of("ada"), user -> "token"));

  @Test
  void the_routes_and_the_paths_of_the_contract_are_the_same() throws IOException {
    assertThat(routed()).isEqualTo(documented());
  }

  @Test
  void every_path_allows_what_the_contract_has() throws IOException {
    var config = HttpConfig.of("127.0.0.1", 0, EVERYTHING).withLimits(RequestLimits.NONE);
    try (var everything = new TestService(page, _ -> config)) {
      documented()
          .forEach((path, methods) -> {
            HttpResponse<String> options =
                everything.send("OPTIONS", path.replace("{uploadId}", Samples.ID.value()));
            String[] allowed = options.headers().firstValue("Allow").orElseThrow().split(", ");
            assertThat(allowed).as(path).containsExactlyInAnyOrderElementsOf(methods);
          });
    }
  }

  @Test
  void the_contract_is_served_to_anybody_and_only_once() throws IOException {
    HttpResponse<String> first = service.send("GET", "/openapi.json", "Authorization", "none");
    assertThat(first.statusCode()).isEqualTo(200);
    assertThat(new JsonMapper().readTree(first.body()).get("openapi").asText()).startsWith("3.1");
    String tag = first.headers().firstValue("ETag").orElseThrow();
    assertThat(service.send("GET", "/openapi.json", "If-None-Match", tag).statusCode())
        .isEqualTo(304);
  }

  private static Map<String, Set<String>> documented() throws IOException {
    Map<String, Set<String>> paths = new TreeMap<>();
    JsonNode document = new JsonMapper().readTree(ContractDocument.openApi());
    document
        .get("paths")
        .properties()
        .forEach(path -> {
          Set<String> methods = new TreeSet<>();
          path.getValue()
              .fieldNames()
              .forEachRemaining(method -> methods.add(method.toUpperCase(Locale.ROOT)));
          paths.put(path.getKey(), methods);
        });
    return paths;
  }

  /** As Vert.x has them, not as somebody wrote them down once more. */
  private static Map<String, Set<String>> routed() throws IOException {
    Map<String, Set<String>> paths = new TreeMap<>();
    var vertx = Vertx.vertx();
    var blocking = new BlockingCalls(vertx, 1);
    try {
      var figures = new RequestFigures();
      var clock = InstantSource.system();
      var ports = service.ports();
      var tickets = Tickets.of(List.of(), clock);
      var routes =
          new Routes(
              HttpConfig.of("127.0.0.1", 0, EVERYTHING),
              new CallerGates(
                  RequestLimits.NONE,
                  token -> Future.failedFuture("not asked"),
                  tickets,
                  BrowserAccess.DEFAULT,
                  System::nanoTime),
              tickets,
              ports,
              new Operations(ctx -> {}, ctx -> {}, ctx -> {}),
              WebRoot.load(page),
              blocking,
              new Problems(clock, ports.databaseOutage(), ports.unavailable(), figures),
              figures,
              clock);
      for (Route route : routes.build(vertx).getRoutes()) {
        if (route.getPath() != null && route.methods() != null) {
          String path =
              String.join(
                  "/",
                  Arrays.stream(route.getPath().split("/", -1))
                      .map(part -> part.startsWith(":") ? "{" + part.substring(1) + "}" : part)
                      .toList());
          Set<String> methods = paths.computeIfAbsent(path, p -> new TreeSet<>(List.of("OPTIONS")));
          new ArrayList<>(route.methods()).stream().map(HttpMethod::name).forEach(methods::add);
        }
      }
      return paths;
    } finally {
      blocking.close();
      vertx.close().await();
    }
  }
}
