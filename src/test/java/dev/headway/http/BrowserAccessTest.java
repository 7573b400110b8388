package dev.headway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.api.ProblemCode;
import dev.headway.api.Samples;
import dev.headway.status.OwnerId;
import dev.headway.status.Status;
import dev.headway.status.UploadId;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Stream tickets and the session cookie, at the routes. */
class BrowserAccessTest extends ServiceTest {
  private static final String STATUS = "/status/" + Samples.ID;
  private static final String TOKEN = TestService.ALICE.substring("Bearer ".length());
  private static final String COOKIE = "headway-session=" + TOKEN;
  private static final String STREAM = "text/event-stream";

  private static String ticket() {
    HttpResponse<String> response = service.post(STATUS + "/ticket", "");
    assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
    return new JsonObject(response.body()).getString("ticket");
  }

  /** Sends headers as they are: the JDK's client would add to them, and forbids some. */
  private static Answer ask(String method, String path, String... headers) {
    var request = new StringBuilder("%s %s HTTP/1.1\r\n".formatted(method, path));
    request.append("Host: 127.0.0.1:%d\r\nConnection: close\r\n".formatted(service.port()));
    for (int i = 0; i < headers.length; i += 2) {
      request.append("%s: %s\r\n".formatted(headers[i], headers[i + 1]));
    }
    return new Answer(service.raw(request + "\r\n"));
  }

  private record Answer(String text) {
    int status() {
      return Integer.parseInt(text.split(" ", 3)[1]);
    }

    Optional<String> header(String name) {
      return text.lines()
          .takeWhile(line -> !line.isEmpty())
          .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
          .map(line -> line.substring(name.length() + 1).strip())
          .findFirst();
    }

    void is(ProblemCode code) {
      assertThat(text).contains("\"code\":\"" + code + "\"");
      assertThat(status()).isEqualTo(code.httpStatus());
    }
  }

  private static String origin() {
    return "http://127.0.0.1:" + service.port();
  }

  @Test
  void the_owner_gets_a_ticket_that_ends_with_the_token() {
    HttpResponse<String> response = service.post(STATUS + "/ticket", "");
    assertThat(response.statusCode()).isEqualTo(201);
    assertHeader(response, "Content-Type", "application/json");
    assertHeader(response, "Cache-Control", "no-store");
    JsonObject body = new JsonObject(response.body());
    assertThat(body.fieldNames()).containsExactly("ticket", "expiresAt");
    assertThat(body.getString("expiresAt"))
        .isEqualTo(Samples.NOW.plus(Duration.ofHours(1)).toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/events"})
  void a_ticket_opens_the_stream_of_its_upload_as_often_as_it_is_shown(String alias) {
    String path = STATUS + alias + "?ticket=" + ticket() + "&lastEventId=16";
    for (int i = 0; i < 2; i++) {
      service.events.clear();
      Answer answer = ask("GET", path, "Accept", STREAM);
      assertThat(answer.status()).as(answer.text()).isEqualTo(200);
      assertThat(service.events)
          .containsExactly("read 16", "open 17 after 16 to 2025-01-09T11:02:30Z");
    }
    assertThat(ask("HEAD", path, "Accept", STREAM).status()).isEqualTo(200);
  }

  @Test
  void a_ticket_opens_nothing_else() {
    String ticket = "?ticket=" + ticket();
    service.records.put(
        new UploadId("other"),
        Samples.record(new UploadId("other"), new OwnerId("alice"), 1, Status.UPLOADING));
    service.events.clear();
    ask("GET", STATUS + ticket, "Accept", "application/json").is(ProblemCode.UNAUTHORIZED);
    ask("GET", STATUS + ticket).is(ProblemCode.UNAUTHORIZED);
    ask("POST", STATUS + "/cancel" + ticket).is(ProblemCode.UNAUTHORIZED);
    ask("POST", STATUS + "/ticket" + ticket, "Accept", STREAM).is(ProblemCode.UNAUTHORIZED);
    ask("GET", "/status" + ticket, "Accept", STREAM).is(ProblemCode.UNAUTHORIZED);
    ask("GET", "/leads" + ticket).is(ProblemCode.UNAUTHORIZED);
    ask("POST", "/uploads" + ticket).is(ProblemCode.UNAUTHORIZED);
    ask("POST", "/session" + ticket).is(ProblemCode.UNAUTHORIZED);
    ask("GET", "/status/other/events" + ticket).is(ProblemCode.INVALID_TOKEN);
    ask("GET", "/status/unknown/events" + ticket).is(ProblemCode.INVALID_TOKEN);
    assertThat(service.events).isEmpty();
  }

  @Test
  void a_ticket_is_no_token_and_a_token_is_no_ticket() {
    String ticket = ticket();
    assertProblem(
        service.send("GET", STATUS, "Authorization", "Bearer " + ticket),
        ProblemCode.INVALID_TOKEN);
    ask("GET", STATUS, "Cookie", "headway-session=" + ticket).is(ProblemCode.INVALID_TOKEN);
    ask("GET", STATUS + "/events?ticket=" + TOKEN).is(ProblemCode.INVALID_TOKEN);
    ask("GET", STATUS + "/events?ticket=").is(ProblemCode.INVALID_TOKEN);
    ask("GET", STATUS + "/events?ticket=" + ticket + "&ticket=" + ticket)
        .is(ProblemCode.INVALID_TOKEN);
    ask("GET", "/leads?limit=%zz", "Authorization", TestService.ALICE)
        .is(ProblemCode.INVALID_REQUEST);
    ask("GET", STATUS + "/events?lastEventId=%zz", "Authorization", TestService.ALICE)
        .is(ProblemCode.INVALID_REQUEST);
    ask("GET", STATUS + "/events?ticket=%zz").is(ProblemCode.INVALID_REQUEST);
  }

  @Test
  void what_is_shown_and_is_no_proof_is_refused_whatever_else_there_is() {
    String stream = STATUS + "/events?ticket=" + ticket();
    ask("GET", stream, "Authorization", "Bearer not.a.token").is(ProblemCode.INVALID_TOKEN);
    ask("GET", STATUS + "/events?ticket=AAAA", "Cookie", COOKIE).is(ProblemCode.INVALID_TOKEN);
    ask("GET", STATUS, "Authorization", TestService.MALLORY, "Cookie", COOKIE)
        .is(ProblemCode.UPLOAD_NOT_FOUND);
    assertThat(ask("GET", stream, "Cookie", "headway-session=x").status()).isEqualTo(200);
  }

  @Test
  void a_ticket_that_has_ended_is_said_to_have() {
    String path = STATUS + "/events?ticket=" + ticket();
    service.now.set(Samples.NOW.plus(Duration.ofHours(1)));
    ask("GET", path).is(ProblemCode.TOKEN_EXPIRED);
  }

  @Test
  void no_ticket_is_made_for_what_is_not_the_callers() {
    HttpResponse<String> foreign =
        service.send("POST", STATUS + "/ticket", "Authorization", TestService.MALLORY);
    service.records.clear();
    HttpResponse<String> unknown =
        service.send("POST", STATUS + "/ticket", "Authorization", TestService.MALLORY);
    assertProblem(foreign, ProblemCode.UPLOAD_NOT_FOUND);
    assertThat(foreign.body()).isEqualTo(unknown.body());
    assertThat(comparable(foreign)).isEqualTo(comparable(unknown));
    assertProblem(service.post("/status/a.b/ticket", ""), ProblemCode.INVALID_UPLOAD_ID);
    assertThat(service.send("GET", STATUS + "/ticket").statusCode()).isEqualTo(405);
  }

  @Test
  void no_log_of_any_level_has_a_ticket_a_token_or_a_cookie() {
    String ticket = ticket();
    List<String> lines = new CopyOnWriteArrayList<>();
    var root = LoggerContext.getContext(false).getConfiguration().getRootLogger();
    Level before = root.getLevel();
    var appender =
        new AbstractAppender("kept", null, null, true, Property.EMPTY_ARRAY) {
          @Override
          public void append(LogEvent event) {
            lines.add(
                event.getLoggerName()
                    + " "
                    + event.getMessage().getFormattedMessage()
                    + " "
                    + event.getThrown());
          }
        };
    appender.start();
    root.addAppender(appender, Level.ALL, null);
    root.setLevel(Level.ALL);
    var own = LoggerContext.getContext(false).getLogger("dev.headway");
    Level ownBefore = own.getLevel();
    Configurator.setLevel("dev.headway", Level.ALL);
    LoggerContext.getContext(false).updateLoggers();
    try {
      String path = STATUS + "/events?ticket=" + ticket;
      ask("GET", path);
      ask("GET", STATUS + "?ticket=" + ticket);
      ask("GET", "/status/other/events?ticket=" + ticket);
      ask("GET", "/status/%zz?ticket=" + ticket);
      ask("GET", "/nothing?ticket=" + ticket);
      ask("GET", STATUS, "Cookie", COOKIE);
      ask("GET", STATUS, "Authorization", "Bearer " + TOKEN + "x");
      service.readFailure.set(Optional.of(new IllegalStateException("away")));
      ask("GET", path);
      service.cancel.set(id -> {
        throw new IllegalStateException("a fault of ours");
      });
      service.readFailure.set(Optional.empty());
      ask("POST", STATUS + "/cancel?ticket=" + ticket, "Authorization", TestService.ALICE);
      LogManager.getLogger("test").trace("the last line");
      assertThat(lines).anyMatch(line -> line.contains("the last line"));
      assertThat(lines).anyMatch(line -> line.contains("FrontDoor") && line.contains("/events"));
      assertThat(lines)
          .noneMatch(line -> line.contains(ticket))
          .noneMatch(line -> line.contains(TOKEN));
    } finally {
      root.removeAppender("kept");
      root.setLevel(before);
      Configurator.setLevel("dev.headway", ownBefore);
      LoggerContext.getContext(false).updateLoggers();
      appender.stop();
    }
  }

  @Test
  void a_session_is_a_cookie_that_lives_as_long_as_its_token_and_no_script_reads() {
    Answer answer = ask("POST", "/session", "Authorization", TestService.ALICE);
    assertThat(answer.status()).as(answer.text()).isEqualTo(204);
    assertThat(answer.header("Cache-Control")).contains("no-store");
    assertThat(attributes(answer))
        .containsExactlyInAnyOrder(COOKIE, "Path=/", "Max-Age=3600", "HTTPOnly", "SameSite=Strict");
    Answer end = ask("DELETE", "/session", "Cookie", COOKIE, "Origin", origin());
    assertThat(end.status()).isEqualTo(204);
    assertThat(attributes(end))
        .containsExactlyInAnyOrder(
            "headway-session=", "Path=/", "Max-Age=0", "HTTPOnly", "SameSite=Strict");
    assertThat(ask("DELETE", "/session", "Cookie", "headway-session=over").status()).isEqualTo(204);
  }

  private static List<String> attributes(Answer answer) {
    return List.of(answer.header("Set-Cookie").orElseThrow().split("; ")).stream()
        .filter(attribute -> !attribute.startsWith("Expires="))
        .toList();
  }

  @Test
  void outside_of_a_developers_machine_the_cookie_is_for_this_host_and_HTTPS_alone(
      @TempDir Path page) {
    try (var secure = new TestService(page, config -> config.withBrowsers(BrowserAccess.DEFAULT))) {
      secure.reset();
      HttpResponse<String> begun = secure.post("/session", "");
      assertThat(begun.headers().firstValue("Set-Cookie").orElseThrow())
          .startsWith("__Host-headway-session=" + TOKEN + ";")
          .contains("Secure", "HTTPOnly", "SameSite=Strict", "Path=/")
          .doesNotContain("Domain");
      String host = "Host: app.example.com\r\nConnection: close\r\n";
      String poll = "GET " + STATUS + " HTTP/1.1\r\n" + host;
      assertThat(secure.raw(poll + "Cookie: __Host-headway-session=" + TOKEN + "\r\n\r\n"))
          .startsWith("HTTP/1.1 200");
      // Another host of the site, or anybody on the way of plain HTTP, may set one of this name.
      assertThat(secure.raw(poll + "Cookie: " + COOKIE + "\r\n\r\n")).startsWith("HTTP/1.1 401");
      String cancel =
          "POST "
              + STATUS
              + "/ticket HTTP/1.1\r\n"
              + host
              + "Cookie: __Host-headway-session="
              + TOKEN
              + "\r\n";
      assertThat(secure.raw(cancel + "Origin: https://app.example.com\r\n\r\n"))
          .startsWith("HTTP/1.1 201");
      assertThat(secure.raw(cancel + "Origin: http://app.example.com\r\n\r\n"))
          .startsWith("HTTP/1.1 403");
      assertThat(secure.raw(cancel + "Origin: https://app.example.com:444\r\n\r\n"))
          .startsWith("HTTP/1.1 403");
    }
  }

  @Test
  void a_session_is_begun_with_the_header_and_by_no_page_elsewhere() {
    ask("POST", "/session").is(ProblemCode.UNAUTHORIZED);
    ask("POST", "/session", "Cookie", COOKIE, "Origin", origin()).is(ProblemCode.UNAUTHORIZED);
    ask("POST", "/session", "Authorization", "Bearer " + TOKEN + "x").is(ProblemCode.INVALID_TOKEN);
    ask("POST", "/session", "Authorization", TestService.ALICE, "Origin", TestService.PAGE_ORIGIN)
        .is(ProblemCode.ORIGIN_NOT_ALLOWED);
    ask("DELETE", "/session", "Origin", "https://evil.example").is(ProblemCode.ORIGIN_NOT_ALLOWED);
    Answer other = ask("GET", "/session", "Authorization", TestService.ALICE);
    other.is(ProblemCode.METHOD_NOT_ALLOWED);
    assertThat(other.header("Allow")).contains("POST, DELETE, OPTIONS");
  }

  @Test
  void a_token_that_no_cookie_holds_is_said_to_be_too_long() {
    JsonObject claims = Tokens.claims("alice", Samples.NOW);
    int rest = 4096 - "headway-session".length();
    String fits = padded(claims, rest);
    assertThat(fits).hasSize(rest);
    assertThat(ask("POST", "/session", "Authorization", "Bearer " + fits).status()).isEqualTo(204);
    String tooLong = padded(claims, rest + 4);
    Answer answer = ask("POST", "/session", "Authorization", "Bearer " + tooLong);
    answer.is(ProblemCode.INVALID_REQUEST);
    assertThat(answer.text()).contains(tooLong.length() + " characters", "4096", "ticket");
    assertThat(answer.header("Set-Cookie")).isEmpty();
  }

  /** A token of this length, or up to three characters less. */
  private static String padded(JsonObject claims, int length) {
    String token = Tokens.hs256(claims.copy().put("pad", ""));
    for (int pad = (length - token.length()) * 3 / 4 - 8; token.length() < length; pad++) {
      String next = Tokens.hs256(claims.copy().put("pad", "x".repeat(Math.max(0, pad))));
      if (next.length() > length) {
        return token;
      }
      token = next;
    }
    return token;
  }

  @ParameterizedTest
  @CsvSource({"GET,/status", "GET,/leads", "HEAD,/status"})
  void the_cookie_reads_for_own_pages_and_for_who_types_the_address(String method, String path) {
    assertThat(ask(method, path, "Cookie", COOKIE).status()).isEqualTo(200);
    for (String site : List.of("same-origin", "none")) {
      assertThat(ask(method, path, "Cookie", COOKIE, "Sec-Fetch-Site", site).status())
          .isEqualTo(200);
    }
    for (String site : List.of("cross-site", "same-site", "")) {
      assertThat(ask(method, path, "Cookie", COOKIE, "Sec-Fetch-Site", site).status())
          .isEqualTo(403);
    }
    Answer elsewhere = ask(method, path, "Cookie", COOKIE, "Origin", TestService.PAGE_ORIGIN);
    assertThat(elsewhere.status()).isEqualTo(403);
    assertThat(elsewhere.header("Access-Control-Allow-Credentials")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/uploads", "/ticket", "/cancel"})
  void the_cookie_acts_for_own_pages_only(String which) {
    String path = which.equals("/uploads") ? which : STATUS + which;
    ask("POST", path, "Cookie", COOKIE).is(ProblemCode.ORIGIN_NOT_ALLOWED);
    for (String origin :
        List.of(
            "null",
            "https://evil.example",
            TestService.PAGE_ORIGIN,
            "http://127.0.0.1",
            "http://127.0.0.1:1",
            origin() + ".evil.example",
            origin().replace("http:", "https:"),
            "http://localhost:" + service.port(),
            "")) {
      ask("POST", path, "Cookie", COOKIE, "Origin", origin).is(ProblemCode.ORIGIN_NOT_ALLOWED);
    }
    ask("POST", path, "Cookie", COOKIE, "Origin", origin(), "Sec-Fetch-Site", "same-site")
        .is(ProblemCode.ORIGIN_NOT_ALLOWED);
    assertThat(service.events).isEmpty();
    ask("POST", path, "Cookie", COOKIE, "Origin", origin(), "Sec-Fetch-Site", "same-origin");
    ask("POST", path, "Cookie", COOKIE, "Origin", origin());
    // Accepted, and then whatever the route makes of a request without a body.
    assertThat(service.events.size() + (which.equals("/uploads") ? 2 : 0)).isEqualTo(2);
    // With the header there is nothing that a browser would add by itself.
    assertThat(
            ask("POST", path, "Authorization", TestService.ALICE, "Origin", "https://evil.example")
                .status())
        .isNotEqualTo(403);
  }

  @Test
  void a_cookie_that_is_no_session_proves_nothing() {
    ask("GET", STATUS, "Cookie", "headway-session=").is(ProblemCode.UNAUTHORIZED);
    ask("GET", STATUS, "Cookie", "theme=dark; not-headway-session=" + TOKEN)
        .is(ProblemCode.UNAUTHORIZED);
    ask("GET", STATUS, "Cookie", "headway-session=a.b.c").is(ProblemCode.INVALID_TOKEN);
    ask("GET", STATUS, "Cookie", COOKIE + "; headway-session=x").is(ProblemCode.INVALID_TOKEN);
    assertThat(ask("GET", STATUS, "Cookie", "theme=dark; " + COOKIE + "; x=\"y\"").status())
        .isEqualTo(200);
    service.now.set(Samples.NOW.plus(Duration.ofHours(1)));
    ask("GET", STATUS, "Cookie", COOKIE).is(ProblemCode.TOKEN_EXPIRED);
  }

  @Test
  void a_stream_by_ticket_or_cookie_that_cannot_be_served_is_told_so_with_200(@TempDir Path page) {
    String ticketPath = STATUS + "/events?ticket=" + ticket();
    service.readFailure.set(Optional.of(new IllegalStateException("away")));
    for (Answer answer :
        List.of(
            ask("GET", ticketPath),
            ask("GET", STATUS, "Accept", STREAM, "Cookie", COOKIE),
            ask("GET", STATUS + "/events", "Cookie", COOKIE))) {
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.header("Content-Type")).contains(STREAM + "; charset=utf-8");
      assertThat(answer.text())
          .contains("retry: 5000", "\"code\":\"DATABASE_UNAVAILABLE\"", "\"instance\":\"" + STATUS)
          .doesNotContain("ticket=");
    }
    // Who can read a status gets one.
    ask("GET", STATUS + "/events", "Authorization", TestService.ALICE, "Cookie", COOKIE)
        .is(ProblemCode.DATABASE_UNAVAILABLE);
    ask("GET", STATUS, "Cookie", COOKIE).is(ProblemCode.DATABASE_UNAVAILABLE);
  }

  @Test
  void a_quota_that_is_used_up_ends_no_EventSource(@TempDir Path page) {
    var one = new RateLimit(1, 1);
    for (RequestLimits limits :
        List.of(
            new RequestLimits(one, RateLimit.NONE, 0, Long.MAX_VALUE, Long.MAX_VALUE),
            new RequestLimits(RateLimit.NONE, one, 0, Long.MAX_VALUE, Long.MAX_VALUE))) {
      try (var limited = new TestService(page, limits)) {
        limited.reset();
        assertThat(limited.send("GET", STATUS).statusCode()).isEqualTo(200);
        assertThat(limited.send("GET", STATUS).statusCode()).isEqualTo(429);
        String answer =
            limited.raw(
                "GET %s/events HTTP/1.1\r\nHost: x\r\nConnection: close\r\nCookie: %s\r\n\r\n"
                    .formatted(STATUS, COOKIE));
        assertThat(answer)
            .startsWith("HTTP/1.1 200")
            .contains("event-stream", "\"code\":\"RATE_LIMITED\"");
      }
    }
  }

  @Test
  void an_end_is_an_end_for_an_EventSource_too() {
    ask("GET", STATUS + "/events?ticket=AAAA").is(ProblemCode.INVALID_TOKEN);
    String stream = STATUS + "/events?ticket=" + ticket();
    service.records.clear();
    ask("GET", stream).is(ProblemCode.UPLOAD_NOT_FOUND);
  }
}
