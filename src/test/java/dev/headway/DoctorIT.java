package dev.headway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.headway.cli.DoctorCommand;
import dev.headway.cli.Surroundings;
import dev.headway.cli.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What the doctor finds between itself and a real service, behind nginx set up badly in every way.
 * All of them are asked at once: each has to listen for a while.
 */
class DoctorIT {
  private static final String USER = "patient";
  private static final String LISTEN = "5";

  @TempDir private static Path folder;
  private static LocalSystem system;
  private static Nginx nginx;
  private static final Map<String, Future<Outcome>> outcomes = new TreeMap<>();

  /** What a run printed, and its exit status. */
  private record Outcome(int status, JsonNode json) {
    List<String> problems() {
      var checks = new ArrayList<String>();
      for (JsonNode finding : json.get("findings")) {
        if (finding.get("verdict").asText().equals("problem")) {
          checks.add(finding.get("check").asText() + " " + finding.get("ailment").asText());
        }
      }
      return checks;
    }

    JsonNode finding(String check) {
      for (JsonNode finding : json.get("findings")) {
        if (finding.get("check").asText().equals(check)) {
          return finding;
        }
      }
      throw new AssertionError("nothing about " + check + " in " + json);
    }
  }

  @BeforeAll
  static void start() throws Exception {
    assumeTrue(InstalledPrograms.missing("nginx", "openssl").isEmpty());
    system = LocalSystems.start();
    try (var http = HttpClient.newHttpClient()) {
      var api = new Api(http, system.baseUrl(), system.token(USER, Duration.ofMinutes(5)));
      String upload = api.upload(SampleFiles.csv(folder, "one.csv", "one", 1));
      api.stream(upload, Map.of()).awaitEnd(60);
    }
    var certificate = TestCertificate.in(folder);
    String tls =
        "ssl_certificate %s; ssl_certificate_key %s;"
            .formatted(certificate.certificate(), certificate.key());
    nginx =
        Nginx.start(
            folder,
            system.baseUrl(),
            "proxy_cache_path %s keys_zone=kept:1m;".formatted(folder.resolve("cache")),
            List.of(
                new Nginx.Site("fine", "proxy_http_version 1.1; proxy_set_header Connection '';"),
                new Nginx.Site("http/1.0 behind it", "proxy_http_version 1.0;"),
                new Nginx.Site("buffering", BufferingProxy.DIRECTIVES),
                new Nginx.Site(
                    "compressing",
                    "proxy_http_version 1.1; gzip on; gzip_proxied any; gzip_min_length 0;"
                        + " gzip_types text/event-stream;"),
                new Nginx.Site("cutting", "proxy_http_version 1.1; proxy_read_timeout 3s;"),
                new Nginx.Site(
                    "buffering and cutting", BufferingProxy.DIRECTIVES + "proxy_read_timeout 3s;"),
                new Nginx.Site("without Accept", "proxy_set_header Accept 'application/json';"),
                new Nginx.Site("without Authorization", "proxy_set_header Authorization '';"),
                new Nginx.Site("without Last-Event-ID", "proxy_set_header Last-Event-ID '';"),
                new Nginx.Site("without If-None-Match", "proxy_set_header If-None-Match '';"),
                new Nginx.Site("without ETag", "proxy_hide_header ETag;"),
                new Nginx.Site("without Vary", "proxy_hide_header Vary; expires 1m;"),
                new Nginx.Site(
                    "caching",
                    "proxy_cache kept; proxy_cache_valid 200 1m; proxy_ignore_headers Cache-Control"
                        + " Vary; proxy_cache_key $uri$is_args$args$http_authorization$http_accept;"),
                new Nginx.Site(
                    "caching for all",
                    "proxy_cache kept; proxy_cache_valid 200 1m; proxy_ignore_headers Cache-Control"
                        + " Vary; proxy_cache_key all$uri$is_args$args$http_accept;"),
                new Nginx.Site(
                    "with errors of its own",
                    "",
                    "error_page 401 @own; location @own { return 401 sorry; }",
                    "proxy_intercept_errors on;"),
                new Nginx.Site("leading elsewhere", "return 301 https://elsewhere.example$uri;"),
                new Nginx.Site("leading nowhere", "proxy_pass http://127.0.0.1:1;"),
                new Nginx.Site("http2", "ssl http2", tls, "proxy_http_version 1.1;"),
                new Nginx.Site("http1", "ssl", tls, "proxy_http_version 1.1;")));

    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (String site :
          List.of(
              "fine",
              "http/1.0 behind it",
              "buffering",
              "compressing",
              "cutting",
              "buffering and cutting",
              "without Accept",
              "without Authorization",
              "without Last-Event-ID",
              "without If-None-Match",
              "without ETag",
              "without Vary",
              "caching",
              "caching for all",
              "with errors of its own",
              "leading elsewhere",
              "leading nowhere")) {
        outcomes.put(site, threads.submit(doctor(nginx.at(site), "--seconds", LISTEN)));
      }
      String[] trusted = {"--seconds", LISTEN, "--cacert", certificate.certificate().toString()};
      for (String site : List.of("http2", "http1")) {
        outcomes.put(site, threads.submit(doctor(nginx.at(site), trusted)));
      }
      outcomes.put("not trusted", threads.submit(doctor(nginx.at("http2"))));
      URI otherName = URI.create("https://localhost:" + nginx.at("http2").getPort());
      outcomes.put("another name", threads.submit(doctor(otherName, trusted)));
      outcomes.put("heartbeat", threads.submit(doctor(nginx.at("fine"), "--seconds", "17")));
      outcomes.put("bare", threads.submit(doctor(system.baseUrl(), "--seconds", LISTEN)));
    }
  }

  @AfterAll
  static void stop() {
    if (nginx != null) {
      nginx.close();
    }
    if (system != null) {
      system.close();
    }
  }

  private static Callable<Outcome> doctor(URI url, String... options) {
    return () -> {
      var out = new ByteArrayOutputStream();
      var printed = new PrintStream(out, true, StandardCharsets.UTF_8);
      var here =
          new Surroundings(
              new Terminal(printed, printed, false, 80),
              (subject, lifetime) -> system.token(subject.value(), lifetime),
              Map.of());
      var arguments = new ArrayList<>(List.of(url.toString(), "--as", USER, "--json"));
      arguments.addAll(List.of(options));
      int status = new DoctorCommand(here).run(arguments);
      return new Outcome(status, new ObjectMapper().readTree(out.toByteArray()));
    };
  }

  private static Outcome outcome(String site) throws Exception {
    return Objects.requireNonNull(outcomes.get(site), site).get();
  }

  @ParameterizedTest
  @CsvSource({
    "buffering, stream buffering",
    "compressing, compression compression",
    "cutting, stream idle-cut",
    "buffering and cutting, stream buffering",
    "without Accept, stream accept-lost",
    "without Authorization, poll authorization-lost",
    "without Last-Event-ID, Last-Event-ID last-event-id-lost",
    "without If-None-Match, ETag validator-lost",
    "without ETag, ETag validator-lost",
    "without Vary, caching headers-lost",
    "caching, caching cached",
    "caching for all, caching cached",
    "with errors of its own, service errors-replaced",
    "leading elsewhere, service redirected",
    "leading nowhere, service no-origin",
  })
  void nginx_is_told_from_the_service_and_what_it_does_wrong_is_named(String site, String problem)
      throws Exception {
    Outcome found = outcome(site);

    assertThat(found.problems()).as(found.json().toPrettyString()).contains(problem);
    assertThat(found.status()).isEqualTo(1);
    assertThat(found.json().get("between")).extracting(JsonNode::asText).containsExactly("nginx");
  }

  @ParameterizedTest
  @CsvSource({"bare", "fine", "http/1.0 behind it", "http2", "http1", "heartbeat"})
  void a_way_that_lets_streams_through_has_no_problem(String site) throws Exception {
    Outcome found = outcome(site);

    assertThat(found.problems()).as(found.json().toPrettyString()).isEmpty();
    assertThat(found.status()).isZero();
    assertThat(found.finding("Last-Event-ID").get("verdict").asText()).isEqualTo("ok");
    assertThat(found.finding("ETag").get("verdict").asText()).isEqualTo("ok");
  }

  @Test
  void the_remedy_is_a_directive_of_what_stands_there_and_of_nothing_else() throws Exception {
    JsonNode remedies = outcome("buffering").finding("stream").get("remedies");

    assertThat(remedies.fieldNames()).toIterable().containsExactly("nginx");
    assertThat(remedies.get("nginx").asText()).contains("proxy_buffering off;");
  }

  @Test
  void whoever_listens_long_enough_sees_the_heartbeat() throws Exception {
    assertThat(outcome("heartbeat").finding("stream").get("words").asText())
        .contains("more in 17.0 s, and still open");
  }

  @Test
  void http_2_is_recommended_where_it_is_not_spoken() throws Exception {
    assertThat(outcome("http2").finding("HTTP/2").get("verdict").asText()).isEqualTo("ok");
    JsonNode missing = outcome("http1").finding("HTTP/2");
    assertThat(missing.get("verdict").asText()).isEqualTo("note");
    assertThat(missing.get("remedies").get("nginx").asText()).contains("http2 on;");
  }

  @Test
  void a_certificate_that_is_not_trusted_gets_no_token() throws Exception {
    Outcome found = outcome("not trusted");

    assertThat(found.finding("certificate").get("words").asText()).contains("signs itself");
    assertThat(found.json().get("findings"))
        .extracting(f -> f.get("check").asText())
        .containsExactly("address", "connection", "certificate");
    assertThat(found.status()).isEqualTo(1);
  }

  @Test
  void a_certificate_for_another_name_says_for_which() throws Exception {
    assertThat(outcome("another name").finding("certificate").get("words").asText())
        .isEqualTo("it is for 127.0.0.1, not for localhost");
  }
}
