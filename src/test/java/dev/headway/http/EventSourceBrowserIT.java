package dev.headway.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.sun.net.httpserver.HttpServer;
import dev.headway.Chromium;
import dev.headway.api.ProblemCode;
import dev.headway.hub.Records;
import dev.headway.status.UploadId;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** A browser's own {@code EventSource}, with a session and with tickets. */
@EnabledIfSystemProperty(
    named = "headway.chromium",
    matches = ".+",
    disabledReason = "there is no Chromium on this machine")
class EventSourceBrowserIT {
  private static final UploadId A = Records.id("a");

  /** Opens a stream and keeps what comes of it in {@code window.seen}. */
  private static final String FOLLOW =
      """
      url => {
        window.seen = [];
        const events = window.events = new EventSource(url);
        events.onopen = () => seen.push('open');
        events.onerror = () => seen.push(events.readyState === EventSource.CLOSED ? 'closed' : 'lost');
        for (const type of ['status', 'unavailable']) {
          events.addEventListener(type, e => {
            const data = JSON.parse(e.data);
            seen.push(type + ' ' + (data.version ?? data.code));
          });
        }
      }\
      """;

  private static final String START_SESSION =
      "token => fetch('/session', {method: 'POST', headers: {Authorization: 'Bearer ' + token}})"
          + ".then(answer => answer.status)";

  private HttpServer elsewhere;
  private String origin;
  private Chromium chromium;
  private LiveService service;
  private Page page;

  @BeforeEach
  void start() throws Exception {
    elsewhere = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    elsewhere.createContext(
        "/",
        exchange -> {
          byte[] body = "<!doctype html><title>Elsewhere</title>".getBytes(UTF_8);
          exchange.getResponseHeaders().set("Content-Type", "text/html");
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    elsewhere.start();
    origin = "http://127.0.0.1:" + elsewhere.getAddress().getPort();
    service =
        new LiveService(Path.of("src/main/resources/webroot"), Optional.empty(), Set.of(origin));
    service.write(Records.processing(A, 1));
    chromium = Chromium.launch();
    page = chromium.browser().newPage();
  }

  @AfterEach
  void stop() {
    chromium.close();
    service.close();
    elsewhere.stop(0);
  }

  private void untilSeen(String what) {
    page.waitForFunction("what => seen.includes(what)", what);
  }

  @Test
  void a_session_opens_streams_that_outlive_an_outage_and_end_with_it() {
    page.navigate(service.uri("/").toString());
    assertThat(page.evaluate(START_SESSION, "owner")).isEqualTo(204);
    assertThat((String) page.evaluate("document.cookie")).isEmpty();

    service.table.fail(true);
    page.evaluate(FOLLOW, "/status/a");
    untilSeen("unavailable DATABASE_UNAVAILABLE");
    service.table.fail(false);
    untilSeen("status 1");
    service.write(Records.processing(A, 2));
    untilSeen("status 2");

    // The page acts by the cookie alone, and a link shows the record.
    assertThat(page.evaluate("fetch('/status/a/ticket', {method: 'POST'}).then(a => a.status)"))
        .isEqualTo(201);
    assertThat(page.evaluate("fetch('/session', {method: 'DELETE'}).then(a => a.status)"))
        .isEqualTo(204);
    page.evaluate("events.close()");
    page.evaluate(FOLLOW, "/status/a");
    untilSeen("closed");
  }

  @Test
  void a_ticket_opens_a_stream_from_another_origin_again_and_again() {
    page.navigate(origin);
    String there = service.uri("").toString();
    String ticket =
        (String)
            page.evaluate(
                "there => fetch(there + '/status/a/ticket', {method: 'POST', headers:"
                    + " {Authorization: 'Bearer owner'}}).then(a => a.json()).then(a => a.ticket)",
                there);
    page.evaluate(FOLLOW, there + "/status/a?ticket=" + ticket);
    untilSeen("status 1");
    var _ = service.streams.drain(Duration.ZERO); // sent away, as often as it comes
    page.waitForFunction("() => seen.filter(what => what === 'open').length >= 3");
    page.evaluate("events.close()");

    page.evaluate(FOLLOW, there + "/status/b?ticket=" + ticket);
    untilSeen("closed");
  }

  @Test
  void a_page_of_another_port_which_is_the_same_site_acts_and_reads_in_vain() {
    page.navigate(service.uri("/").toString());
    assertThat(page.evaluate(START_SESSION, "owner")).isEqualTo(204);
    page.navigate(origin);
    String there = service.uri("").toString();
    // The browser sends the cookie along: only the service tells one page from the other.
    page.evaluate(
        "there => fetch(there + '/status/a/cancel', {method: 'POST', mode: 'no-cors', credentials:"
            + " 'include'})",
        there);
    assertThat(service.problems(ProblemCode.ORIGIN_NOT_ALLOWED)).isEqualTo(1);
    assertThat(
            page.evaluate(
                "there => fetch(there + '/status/a', {credentials: 'include'}).then(() => 'read',"
                    + " () => 'refused')",
                there))
        .isEqualTo("refused");
    page.evaluate(
        FOLLOW.replace("EventSource(url)", "EventSource(url, {withCredentials: true})"),
        there + "/status/a");
    untilSeen("closed");
    assertThat(service.problems(ProblemCode.ORIGIN_NOT_ALLOWED)).isEqualTo(3);
    assertThat(service.streams.counters().open()).isZero();
  }
}
