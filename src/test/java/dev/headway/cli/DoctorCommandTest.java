package dev.headway.cli;

import static dev.headway.cli.FakeService.json;
import static dev.headway.cli.FakeService.problem;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.headway.cli.FakeService.Answer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DoctorCommandTest {
  private static final Answer UNAUTHORIZED =
      problem(401, "UNAUTHORIZED", "Send a token.", Map.of("WWW-Authenticate", "Bearer"));

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private InstantSource clock = InstantSource.system();
  private Map<String, String> environment = Map.of();
  private int columns = 200;
  private FakeService service;

  @BeforeEach
  void start() throws IOException {
    service = new FakeService();
  }

  @AfterEach
  void stop() {
    service.close();
  }

  private int doctor(String... arguments) throws InterruptedException {
    var terminal =
        new Terminal(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false,
            columns);
    var here = new Surroundings(terminal, (subject, life) -> "dev." + subject.value(), environment);
    return new DoctorCommand(here, clock).run(List.of(arguments));
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  /** Each verdict that is no ok, by its check. */
  private List<String> findings() throws IOException {
    var found = new ArrayList<String>();
    for (JsonNode finding : new ObjectMapper().readTree(out.toByteArray()).get("findings")) {
      String verdict = finding.get("verdict").asText();
      if (!verdict.equals("ok")) {
        found.add(
            verdict + " " + finding.get("check").asText() + " " + finding.path("ailment").asText());
      }
    }
    return found;
  }

  private static String token(long exp) {
    String claims = "{\"sub\":\"ada\",\"exp\":%d}".formatted(exp);
    return "e30."
        + Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(claims.getBytes(StandardCharsets.UTF_8))
        + ".c2ln";
  }

  @Test
  void a_server_that_is_no_Headway_gets_no_token() throws Exception {
    service.at("/", json(200, "<html>hello", "text/html", Map.of()));

    assertThat(doctor(service.url())).isEqualTo(1);

    assertThat(out()).contains("PROBLEM  service", "what answers there is not Headway");
    assertThat(service.asked()).allMatch(asked -> asked.header("Authorization").isEmpty());
  }

  @Test
  void a_closed_port_is_said_and_nothing_else_is_tried() throws Exception {
    int port;
    try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }

    assertThat(doctor("http://127.0.0.1:" + port, "--json")).isEqualTo(1);

    assertThat(findings()).containsExactly("problem connection unreachable");
  }

  @Test
  void a_host_that_does_not_exist_is_said() throws Exception {
    assertThat(doctor("http://headway.invalid", "--json")).isEqualTo(1);
    assertThat(findings()).containsExactly("problem address unreachable");
  }

  @Test
  void a_redirect_is_not_followed() throws Exception {
    service.at("/", json(301, "", "text/html", Map.of("Location", "https://elsewhere.example/")));

    assertThat(doctor(service.url())).isEqualTo(1);

    assertThat(out()).contains("301 leads to https://elsewhere.example/");
    assertThat(service.asked()).hasSize(1);
  }

  @Test
  void a_token_that_has_expired_is_seen_before_the_service_says_so() throws Exception {
    environment = Map.of("HEADWAY_TOKEN", token(Instant.now().getEpochSecond() - 3600));
    service.at(
        "/status", UNAUTHORIZED, problem(401, "TOKEN_EXPIRED", "Get a new token.", Map.of()));

    assertThat(doctor(service.url())).isEqualTo(1);

    assertThat(out())
        .contains("PROBLEM  token          of ada ended 60 min ago")
        .contains("TOKEN_EXPIRED");
  }

  @Test
  void a_token_that_does_not_arrive_is_told_from_one_that_is_refused() throws Exception {
    environment = Map.of("HEADWAY_TOKEN", token(Instant.now().getEpochSecond() + 3600));
    service.at("/status", UNAUTHORIZED);

    assertThat(doctor(service.url(), "--json")).isEqualTo(1);

    assertThat(findings()).containsExactly("problem poll authorization-lost");
  }

  @ParameterizedTest
  @CsvSource({"-3600, PROBLEM, behind", "3600, PROBLEM, ahead of", "10, NOTE, ahead of"})
  void a_clock_that_is_wrong_is_told_by_the_header_Date(long seconds, String verdict, String words)
      throws Exception {
    clock = () -> Instant.now().minusSeconds(seconds);
    service.at("/status", UNAUTHORIZED);

    doctor(service.url());

    String line = out().lines().filter(l -> l.contains(" clock ")).findFirst().orElseThrow();
    assertThat(line.toUpperCase(Locale.ROOT)).contains(verdict);
    assertThat(line).contains(words + " this machine's");
  }

  @Test
  void a_service_that_refuses_by_itself_is_no_broken_proxy() throws Exception {
    service.at("/status", problem(503, "DRAINING", "Back soon.", Map.of()));

    assertThat(doctor(service.url())).isEqualTo(1);

    assertThat(out()).contains("refuses: 503 DRAINING, Back soon.");
  }

  @Test
  void a_preflight_is_tried_for_an_origin() throws Exception {
    service.at(
        "/status",
        json(
            204,
            "",
            "text/plain",
            Map.of(
                "Access-Control-Allow-Origin",
                "https://app.example",
                "Access-Control-Allow-Headers",
                "Authorization")));

    assertThat(doctor(service.url(), "--origin", "https://app.example")).isEqualTo(1);
    assertThat(service.asked()).anyMatch(a -> a.header("Origin").isEmpty());
  }

  @Test
  void in_a_narrow_window_sentences_are_wrapped_under_their_beginning() throws Exception {
    columns = 60;
    service.at("/status", problem(502, "", "", Map.of()));

    doctor(service.url());

    assertThat(out().lines()).allMatch(line -> line.length() <= 60 || !line.strip().contains(" "));
    assertThat(out()).contains("  PROBLEM  service        ", "\n" + " ".repeat(26) + "the service");
  }

  @Test
  void what_a_server_says_cannot_move_the_cursor() throws Exception {
    service.at("/status", problem(503, "OVERLOADED", "\\u001b[2Jgone\\u0007", Map.of()));

    doctor(service.url());

    assertThat(out()).contains("gone").doesNotContain("\u001b").doesNotContain("\u0007");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "ftp://x",
        "http://u:p@127.0.0.1",
        "http://127.0.0.1 --seconds 4",
        "http://127.0.0.1 --seconds 1h",
        "http://127.0.0.1 --origin https://a.example/path",
        "http://127.0.0.1 --origin null",
        "http://127.0.0.1 --upload ../x",
        "http://127.0.0.1 --cacert /does/not/exist",
        "http://127.0.0.1 --json=yes",
        "http://127.0.0.1 --verbose",
        "http://127.0.0.1 http://127.0.0.2"
      })
  void a_command_line_that_makes_no_sense_exits_with_2(String line) throws Exception {
    assertThat(doctor(line.isEmpty() ? new String[0] : line.split(" ", -1))).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8)).startsWith("headway: ");
    assertThat(out()).isEmpty();
  }

  @Test
  void every_ailment_says_what_to_do_and_names_no_directive_twice() {
    for (Ailment ailment : Ailment.values()) {
      assertThat(ailment.advice()).endsWith(".");
      assertThat(ailment.remedies().values()).doesNotHaveDuplicates();
    }
  }
}
