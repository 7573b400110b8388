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
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the doctor finds between itself and a real service, behind nginx and Apache set up badly in
 * every way, and whether its own advice mends it. All of them are asked at once: each has to listen
 * for a while.
 */
class DoctorIT {
  private static final String USER = "patient";
  private static final String LISTEN = "5";

  @TempDir private static Path folder;
  private static LocalSystem system;
  private static Nginx nginx;
  private static Apache apache;
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

    if (Apache.isInstalled()) {
      apache = Apache.start(folder, system.baseUrl(), apaches(certificate));
    }
    String[] trusted = {"--seconds", LISTEN, "--cacert", certificate.certificate().toString()};

    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      if (apache != null) {
        for (Apache.Site site : apaches(certificate)) {
          String[] options = site.isSecure() ? trusted : new String[] {"--seconds", LISTEN};
          outcomes.put(
              "apache " + site.name(), threads.submit(doctor(apache.at(site.name()), options)));
        }
      }
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

  /**
   * @param problem as the doctor names it
   * @param bad what does the harm
   * @param advised the same after what the doctor says about it was done
   */
  record ApacheFault(String name, String problem, Apache.Site bad, Apache.Site advised) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static String mended(String name) {
    return name + ", mended";
  }

  private static String onStatus(String directives) {
    return "<Location \"/status\">\n" + directives + "\n</Location>\n";
  }

  private static ApacheFault fault(String name, String problem, String bad, String advised) {
    return new ApacheFault(
        name, problem, new Apache.Site(name, bad), new Apache.Site(mended(name), advised));
  }

  private static final String CACHE =
      """
      CacheRoot ${home}/cache
      CacheEnable disk /
      CacheQuickHandler off
      CacheIgnoreNoLastMod On
      """;

  /** It takes all of this to make Apache keep what the service calls private. */
  private static final String FORCED =
      "Header set Cache-Control \"public, max-age=60\"\nHeader unset Vary\n";

  private static final String NO_COMPRESSION =
      "SetEnvIf Request_URI \"^/status\" no-gzip no-brotli\n";

  private static final List<ApacheFault> APACHE_FAULTS =
      List.of(
          fault(
              "deflating",
              "compression compression",
              onStatus("SetOutputFilter DEFLATE"),
              NO_COMPRESSION + onStatus("SetOutputFilter DEFLATE")),
          fault(
              "compressing with brotli",
              "compression compression",
              onStatus("SetOutputFilter BROTLI_COMPRESS"),
              NO_COMPRESSION + onStatus("SetOutputFilter BROTLI_COMPRESS")),
          fault("cutting", "stream idle-cut", "ProxyTimeout 3", "ProxyTimeout 60"),
          fault(
              "without Accept",
              "stream accept-lost",
              "RequestHeader set Accept application/json",
              ""),
          fault(
              "without Authorization",
              "poll authorization-lost",
              "RequestHeader unset Authorization",
              ""),
          fault(
              "with a sign-in of its own",
              "service authorization-lost",
              onStatus("AuthType Basic\nAuthName own\nAuthUserFile none\nRequire valid-user"),
              ""),
          fault(
              "without Last-Event-ID",
              "Last-Event-ID last-event-id-lost",
              "RequestHeader unset Last-Event-ID",
              ""),
          fault(
              "without If-None-Match",
              "ETag validator-lost",
              "RequestHeader unset If-None-Match",
              ""),
          fault("without ETag", "ETag validator-lost", "Header unset ETag", ""),
          fault(
              "changing ETag",
              "ETag validator-lost",
              "AddOutputFilterByType DEFLATE application/json",
              "AddOutputFilterByType DEFLATE application/json\nDeflateAlterETag NoChange"),
          fault("without Vary", "caching headers-lost", "Header unset Vary", ""),
          fault(
              "with a cache's wishes of its own",
              "caching headers-lost",
              "Header set Cache-Control \"max-age=60\"",
              ""),
          fault("caching", "caching cached", CACHE + FORCED, CACHE + "CacheDisable /status"),
          fault(
              "with errors of its own",
              "service errors-replaced",
              "ProxyErrorOverride On",
              "ProxyErrorOverride Off"));

  private static List<Apache.Site> apaches(TestCertificate certificate) {
    String tls =
        "SSLEngine on\nSSLCertificateFile %s\nSSLCertificateKeyFile %s\n"
            .formatted(certificate.certificate(), certificate.key());
    var sites = new ArrayList<Apache.Site>();
    sites.add(new Apache.Site("fine", ""));
    // Both give way to a flush, and so to a stream.
    sites.add(
        new Apache.Site(
            "filtering", onStatus("SetOutputFilter BUFFER;SUBSTITUTE\nSubstitute s/a/a/")));
    sites.add(new Apache.Site("leading nowhere", "ProxyPass / http://127.0.0.1:1/"));
    sites.add(new Apache.Site("http1", tls));
    sites.add(new Apache.Site("http2", tls + "Protocols h2 http/1.1"));
    for (ApacheFault fault : APACHE_FAULTS) {
      sites.add(fault.bad());
      sites.add(fault.advised());
    }
    return sites;
  }

  @AfterAll
  static void stop() {
    if (apache != null) {
      apache.close();
    }
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

  private static Outcome apacheOutcome(String site) throws Exception {
    assumeTrue(apache != null, "apache2 is not installed");
    return outcome("apache " + site);
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

  private static List<ApacheFault> apacheFaults() {
    return APACHE_FAULTS;
  }

  @ParameterizedTest
  @MethodSource("apacheFaults")
  void apache_is_known_what_it_does_wrong_is_named_and_the_advice_mends_it(ApacheFault fault)
      throws Exception {
    Outcome found = apacheOutcome(fault.name());
    assertThat(found.problems()).as(found.json().toPrettyString()).contains(fault.problem());
    assertThat(found.json().get("between")).extracting(JsonNode::asText).containsExactly("Apache");

    Outcome mended = apacheOutcome(mended(fault.name()));
    assertThat(mended.problems()).as(mended.json().toPrettyString()).isEmpty();
  }

  @Test
  void apache_that_does_not_reach_the_service_says_so() throws Exception {
    assertThat(apacheOutcome("leading nowhere").problems()).containsExactly("service no-origin");
  }

  @ParameterizedTest
  @ValueSource(strings = {"fine", "http1", "http2", "filtering"})
  void apache_as_it_comes_lets_streams_through(String site) throws Exception {
    Outcome found = apacheOutcome(site);
    assertThat(found.problems()).as(found.json().toPrettyString()).isEmpty();
    if (site.startsWith("http")) {
      String verdict = found.finding("HTTP/2").get("verdict").asText();
      assertThat(verdict).isEqualTo(site.equals("http2") ? "ok" : "note");
    }
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
