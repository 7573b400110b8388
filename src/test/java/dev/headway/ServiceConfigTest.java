package dev.headway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headway.bus.BusAddress;
import dev.headway.http.RateLimit;
import dev.headway.http.RequestLimits;
import dev.headway.http.TicketSecret;
import dev.headway.http.TlsFiles;
import dev.headway.leads.UploadRules;
import dev.headway.traces.TracesConfig;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServiceConfigTest {
  private static final Map<String, String> NEEDED =
      Map.of(
          "HEADWAY_JWKS_URL", "https://issuer.example/keys",
          "HEADWAY_ISSUER", "https://issuer.example",
          "HEADWAY_AUDIENCE", "web, api",
          "HEADWAY_UPLOAD_BUCKET", "files");

  private static Map<String, String> cluster(String ticketKey) {
    Map<String, String> environment = with("HEADWAY_BUS", "redis://127.0.0.1");
    environment.put("HEADWAY_TICKET_KEY", ticketKey);
    return environment;
  }

  private static Map<String, String> with(String name, String value) {
    var environment = new HashMap<>(NEEDED);
    environment.put(name, value);
    return environment;
  }

  @Test
  void what_is_not_said_has_its_default() {
    assertThat(ServiceConfig.of(NEEDED))
        .isEqualTo(
            new ServiceConfig(
                "0.0.0.0",
                8080,
                "ProcessingStatus",
                "Leads",
                "files",
                Optional.empty(),
                URI.create("https://issuer.example/keys"),
                "https://issuer.example",
                Set.of("web", "api"),
                Set.of(),
                "headway-tail",
                Optional.empty(),
                new Capacity(
                    Capacity.streamsAmong(Capacity.connectionsOfThisProcess()),
                    100,
                    RateLimit.ofRate(2_000)),
                new RequestLimits(
                    RateLimit.ofRate(10),
                    RateLimit.ofRate(200),
                    0,
                    Capacity.connectionsOfThisProcess(),
                    2_000),
                List.of(),
                Optional.empty(),
                Duration.ofSeconds(8),
                Duration.ofSeconds(20),
                Optional.empty(),
                Optional.empty(),
                Optional.empty()));
  }

  @Test
  void what_is_said_counts(@TempDir Path folder) throws IOException {
    Path pem = Files.createFile(folder.resolve("any.pem"));
    var environment =
        Map.of(
            "HEADWAY_HOST", "127.0.0.1",
            "HEADWAY_PORT", "9000",
            "HEADWAY_STATUS_TABLE", "S",
            "HEADWAY_LEADS_TABLE", "L",
            "HEADWAY_UPLOAD_ORIGIN", "https://files.example",
            "HEADWAY_ALLOWED_ORIGINS", "https://a.example,https://b.example",
            "HEADWAY_APPLICATION", "other",
            "HEADWAY_MAX_UPLOAD_BYTES", "1000");
    var all = new HashMap<>(NEEDED);
    all.putAll(environment);
    all.put("HEADWAY_BUS", "rediss://node:s%3Ae%40c@bus.example:6380");
    all.put("HEADWAY_BUS_CA", "/ca.pem");
    all.put("HEADWAY_MAX_CONNECTIONS", "700");
    all.put("HEADWAY_ADDRESS_CONNECTIONS", "800");
    all.put("HEADWAY_MAX_STREAMS", "500");
    all.put("HEADWAY_USER_STREAMS", "7");
    all.put("HEADWAY_NEW_STREAMS_RATE", "30");
    all.put("HEADWAY_USER_RATE", "50");
    all.put("HEADWAY_ADDRESS_RATE", "0");
    all.put("HEADWAY_TRUSTED_PROXIES", "2");
    all.put("HEADWAY_TICKET_KEY", "n".repeat(32) + ", " + "o".repeat(40));
    all.put("HEADWAY_TLS_CERTIFICATE", pem.toString());
    all.put("HEADWAY_TLS_KEY", pem.toString());
    all.put("HEADWAY_WARM_UP_SECONDS", "3");
    all.put("HEADWAY_DRAIN_SECONDS", "5");
    all.put("HEADWAY_MANAGEMENT_PORT", "9090");
    all.put("HEADWAY_MANAGEMENT_HOST", "10.0.0.1");
    all.put("HEADWAY_TRACES", "0.25");
    all.put("OTEL_EXPORTER_OTLP_ENDPOINT", "https://collector.example/otlp");
    all.put("OTEL_EXPORTER_OTLP_HEADERS", "authorization=Basic%20c2VjcmV0, x-team = a");
    assertThat(ServiceConfig.of(all))
        .isEqualTo(
            new ServiceConfig(
                "127.0.0.1",
                9000,
                "S",
                "L",
                "files",
                Optional.of("https://files.example"),
                URI.create("https://issuer.example/keys"),
                "https://issuer.example",
                Set.of("web", "api"),
                Set.of("https://a.example", "https://b.example"),
                "other",
                Optional.of(
                    new BusAddress(
                        "bus.example",
                        6380,
                        true,
                        Optional.of("node"),
                        Optional.of("s:e@c"),
                        Optional.of(Path.of("/ca.pem")),
                        "headway.other")),
                new Capacity(500, 7, RateLimit.ofRate(30)),
                new RequestLimits(RateLimit.ofRate(50), RateLimit.NONE, 2, 700, 800),
                List.of(new TicketSecret("n".repeat(32)), new TicketSecret("o".repeat(40))),
                Optional.of(new TlsFiles(pem, pem)),
                Duration.ofSeconds(3),
                Duration.ofSeconds(5),
                Optional.of(1000L),
                Optional.of(
                    new TracesConfig(
                        0.25,
                        URI.create("https://collector.example/otlp/"),
                        Map.of("authorization", "Basic c2VjcmV0", "x-team", "a"))),
                Optional.of(new ServiceConfig.Management("10.0.0.1", 9090))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HEADWAY_USER_RATE",
        "HEADWAY_ADDRESS_RATE",
        "HEADWAY_ADDRESS_CONNECTIONS",
        "HEADWAY_TRUSTED_PROXIES"
      })
  void limits_that_cannot_be_are_refused(String name) {
    for (String value : List.of("-1", "1000001", "many")) {
      assertThatThrownBy(() -> ServiceConfig.of(with(name, value))).hasMessageContaining(name);
      assertThatThrownBy(() -> ServiceConfig.limits(Map.of(name, value)))
          .hasMessageContaining(name);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"HEADWAY_USER_STREAMS", "HEADWAY_NEW_STREAMS_RATE"})
  void a_pace_that_cannot_be_is_refused(String name) {
    for (String value : List.of("-1", "1000001", "many")) {
      assertThatThrownBy(() -> ServiceConfig.of(with(name, value))).hasMessageContaining(name);
      assertThatThrownBy(() -> ServiceConfig.capacity(Map.of(name, value)))
          .hasMessageContaining(name);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"HEADWAY_MAX_CONNECTIONS", "HEADWAY_MAX_STREAMS"})
  void a_node_for_nobody_is_refused_once(String name) {
    for (String value : List.of("0", "-1", "many")) {
      assertThatThrownBy(() -> ServiceConfig.of(with(name, value)))
          .message()
          .containsOnlyOnce(name);
    }
  }

  @Test
  void tls_needs_both_its_files(@TempDir Path folder) throws IOException {
    Path pem = Files.createFile(folder.resolve("any.pem"));
    assertThatThrownBy(() -> ServiceConfig.of(with("HEADWAY_TLS_KEY", pem.toString())))
        .hasMessageContaining("set together");
    assertThatThrownBy(() -> ServiceConfig.of(with("HEADWAY_TLS_CERTIFICATE", pem + ".none")))
        .hasMessageContaining("HEADWAY_TLS_CERTIFICATE is no file that can be read");
  }

  @Test
  void streams_leave_connections_to_polls() {
    assertThat(ServiceConfig.capacity(Map.of("HEADWAY_MAX_CONNECTIONS", "20000")).streams())
        .isEqualTo(19_500);
    assertThat(ServiceConfig.capacity(Map.of("HEADWAY_MAX_CONNECTIONS", "100")).streams())
        .isEqualTo(90);
    assertThat(ServiceConfig.capacity(Map.of("HEADWAY_MAX_CONNECTIONS", "1")).streams())
        .isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "HEADWAY_TRACES,-0.1",
    "HEADWAY_TRACES,1.01",
    "HEADWAY_TRACES,NaN",
    "HEADWAY_TRACES,some",
    "OTEL_EXPORTER_OTLP_ENDPOINT,collector:4317",
    "OTEL_EXPORTER_OTLP_ENDPOINT,http://[",
    "OTEL_EXPORTER_OTLP_HEADERS,hidden"
  })
  void traces_that_cannot_be_are_refused(String name, String value) {
    var environment = new HashMap<>(Map.of("HEADWAY_TRACES", "1"));
    environment.put(name, value);
    assertThatThrownBy(() -> ServiceConfig.traces(environment))
        .hasMessageContaining(name)
        .hasMessageNotContaining("hidden");
  }

  @Test
  void nothing_is_traced_by_default_and_nowhere_else_than_said() {
    assertThat(ServiceConfig.traces(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://a"))).isEmpty();
    assertThat(ServiceConfig.traces(Map.of("HEADWAY_TRACES", "0"))).isEmpty();
    assertThat(ServiceConfig.traces(Map.of("HEADWAY_TRACES", "1")))
        .hasValueSatisfying(traces ->
            assertThat(traces.endpoint()).isEqualTo(URI.create("http://localhost:4318/")));
  }

  @Test
  void everything_that_is_missing_or_wrong_is_named_at_once() {
    assertThatThrownBy(() -> ServiceConfig.of(Map.of("HEADWAY_PORT", "http")))
        .hasMessageContainingAll(
            "HEADWAY_PORT",
            "HEADWAY_JWKS_URL",
            "HEADWAY_ISSUER",
            "HEADWAY_AUDIENCE",
            "HEADWAY_UPLOAD_BUCKET");
  }

  @Test
  void a_bus_that_cannot_be_reached_by_its_address_is_named_without_its_password() {
    assertThatThrownBy(() -> ServiceConfig.of(with("HEADWAY_BUS", "http://:hidden@host")))
        .hasMessageContaining("HEADWAY_BUS")
        .hasMessageContaining("rediss://")
        .hasMessageNotContaining("hidden");
  }

  @Test
  void a_development_key_keeps_the_service_from_starting() {
    assertThatThrownBy(() -> ServiceConfig.of(with("HEADWAY_DEVELOPMENT_KEY", "anything")))
        .hasMessageContaining("HEADWAY_DEVELOPMENT_KEY");
  }

  @Test
  void development_tokens_open_no_service() {
    assertThatThrownBy(() -> ServiceConfig.of(with("HEADWAY_ISSUER", "headway-development")))
        .hasMessageContaining("HEADWAY_ISSUER");
  }

  @Test
  void nodes_of_one_service_need_one_secret_for_tickets() {
    var cluster = cluster("");
    assertThatThrownBy(() -> ServiceConfig.of(cluster)).hasMessageContaining("HEADWAY_TICKET_KEY");
    cluster.put("HEADWAY_TICKET_KEY", "s".repeat(32));
    assertThat(ServiceConfig.of(cluster).ticketSecrets()).hasSize(1);
    for (String bad :
        List.of("short", "s".repeat(31), "s".repeat(32) + ",", "," + "s".repeat(32))) {
      cluster.put("HEADWAY_TICKET_KEY", bad);
      assertThatThrownBy(() -> ServiceConfig.of(cluster))
          .hasMessageContaining("HEADWAY_TICKET_KEY")
          .hasMessageNotContaining("sss");
    }
  }

  @Test
  void the_help_names_every_variable() {
    var named =
        Pattern.compile("HEADWAY_\\w+")
            .matcher(ServiceConfig.HELP)
            .results()
            .map(r -> r.group())
            .collect(Collectors.toSet());
    assertThat(named)
        .containsExactlyInAnyOrder(
            "HEADWAY_JWKS_URL",
            "HEADWAY_ISSUER",
            "HEADWAY_AUDIENCE",
            "HEADWAY_UPLOAD_BUCKET",
            "HEADWAY_STATUS_TABLE",
            "HEADWAY_LEADS_TABLE",
            "HEADWAY_HOST",
            "HEADWAY_PORT",
            "HEADWAY_ALLOWED_ORIGINS",
            "HEADWAY_UPLOAD_ORIGIN",
            "HEADWAY_APPLICATION",
            "HEADWAY_BUS",
            "HEADWAY_BUS_CA",
            "HEADWAY_DRAIN_SECONDS",
            "HEADWAY_WARM_UP_SECONDS",
            "HEADWAY_TLS_CERTIFICATE",
            "HEADWAY_TLS_KEY",
            "HEADWAY_MAX_CONNECTIONS",
            "HEADWAY_ADDRESS_CONNECTIONS",
            "HEADWAY_MAX_STREAMS",
            "HEADWAY_USER_STREAMS",
            "HEADWAY_NEW_STREAMS_RATE",
            "HEADWAY_USER_RATE",
            "HEADWAY_ADDRESS_RATE",
            "HEADWAY_TRUSTED_PROXIES",
            "HEADWAY_TICKET_KEY",
            "HEADWAY_MAX_UPLOAD_BYTES",
            "HEADWAY_MANAGEMENT_PORT",
            "HEADWAY_MANAGEMENT_HOST",
            "HEADWAY_TRACES");
  }

  @Test
  void the_documentation_names_every_variable_that_is_read_and_no_other() {
    var asked = new HashSet<String>();
    var environment =
        new HashMap<>(cluster("s".repeat(32))) {
          private static final long serialVersionUID = 1;

          @Override
          public String getOrDefault(Object key, String value) {
            asked.add((String) key);
            return super.getOrDefault(key, value);
          }
        };
    assertThat(ServiceConfig.of(environment).bus()).isPresent();
    assertThat(VariableTable.of("The service").stream().map(VariableTable.Row::variable))
        .containsExactlyInAnyOrderElementsOf(asked);
    assertThat(ServiceConfig.HELP)
        .contains(asked.stream().filter(name -> !name.equals("HEADWAY_DEVELOPMENT_KEY")).toList());
  }

  @Test
  void the_documentation_names_the_defaults() {
    var documented =
        VariableTable.of("The service").stream()
            .filter(row -> row.cell("default").startsWith("`"))
            .collect(
                Collectors.toMap(
                    VariableTable.Row::variable, row -> row.cell("default").replace("`", "")));
    assertThat(documented.keySet())
        .contains("HEADWAY_PORT", "HEADWAY_USER_RATE", "HEADWAY_DRAIN_SECONDS");
    // What is documented, once set, changes nothing but the size, which is left to the workers.
    var environment = new HashMap<>(NEEDED);
    environment.putAll(documented);
    long bytes = Long.parseLong(documented.get("HEADWAY_MAX_UPLOAD_BYTES"));
    environment.remove("HEADWAY_MAX_UPLOAD_BYTES");
    assertThat(ServiceConfig.of(environment)).isEqualTo(ServiceConfig.of(NEEDED));
    assertThat(bytes).isEqualTo(UploadRules.DEFAULT.maxBytes());
  }

  @Test
  void the_documentation_names_what_is_needed() {
    assertThat(
            VariableTable.of("The service").stream()
                .filter(row -> row.cell("default").equals("needed"))
                .map(VariableTable.Row::variable))
        .containsExactlyInAnyOrderElementsOf(NEEDED.keySet());
  }
}
