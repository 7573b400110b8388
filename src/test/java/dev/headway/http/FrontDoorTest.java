package dev.headway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.api.ProblemCode;
import dev.headway.api.Samples;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrontDoorTest extends ServiceTest {
  private static final String STATUS = "/status/" + Samples.ID;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "POST   | /status/x           | GET, HEAD, OPTIONS",
        "DELETE | /status/x/events    | GET, HEAD, OPTIONS",
        "GET    | /status/x/cancel    | POST, OPTIONS",
        "GET    | /uploads            | POST, OPTIONS",
        "PUT    | /leads              | GET, HEAD, OPTIONS",
        "POST   | /settings.json      | GET, HEAD, OPTIONS",
        "PATCH  | /health/live        | GET, HEAD, OPTIONS",
        "POST   | /metrics            | GET, HEAD, OPTIONS",
        "POST   | /                   | GET, HEAD",
        "BREW   | /leads              | GET, HEAD, OPTIONS",
      })
  void a_method_that_a_path_has_not_is_refused_with_those_it_has(
      String method, String path, String allowed) {
    HttpResponse<String> response = service.send(method, path);
    assertProblem(response, ProblemCode.METHOD_NOT_ALLOWED);
    assertHeader(response, "Allow", allowed);
  }

  @Test
  void OPTIONS_says_what_is_allowed_without_a_token() {
    String raw = service.raw("OPTIONS /leads HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    assertThat(raw).startsWith("HTTP/1.1 204").containsIgnoringCase("allow: GET, HEAD, OPTIONS");
  }

  @Test
  void a_page_on_an_allowed_origin_may_ask_and_read() {
    HttpResponse<String> preflight =
        service.send(
            "OPTIONS",
            STATUS,
            "Origin",
            TestService.PAGE_ORIGIN,
            "Access-Control-Request-Method",
            "GET",
            "Access-Control-Request-Headers",
            "authorization");
    assertThat(preflight.statusCode()).isEqualTo(204);
    assertHeader(preflight, "Access-Control-Allow-Origin", TestService.PAGE_ORIGIN);
    assertHeader(preflight, "Access-Control-Allow-Methods", "GET, HEAD");
    assertThat(preflight.headers().firstValue("Access-Control-Allow-Headers").orElseThrow())
        .contains("Authorization", "Last-Event-ID", "If-None-Match", "Prefer", "Content-Type");

    for (HttpResponse<String> response :
        List.of(
            service.send("GET", STATUS, "Origin", TestService.PAGE_ORIGIN),
            service.send("GET", STATUS, "Origin", TestService.PAGE_ORIGIN, "If-None-Match", "*"),
            service.send("GET", "/status/unknown", "Origin", TestService.PAGE_ORIGIN),
            service.send("GET", STATUS + "/events", "Origin", TestService.PAGE_ORIGIN))) {
      assertHeader(response, "Access-Control-Allow-Origin", TestService.PAGE_ORIGIN);
      assertThat(response.headers().firstValue("Access-Control-Expose-Headers").orElseThrow())
          .contains("ETag", "Age", "Retry-After", "Location");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://evil.example", "null", "https://app.example.com.evil.example"})
  void another_origin_gets_no_permission(String origin) {
    HttpResponse<String> response = service.send("GET", STATUS, "Origin", origin);
    HttpResponse<String> preflight =
        service.send("OPTIONS", STATUS, "Origin", origin, "Access-Control-Request-Method", "GET");
    assertThat(List.of(response, preflight))
        .allSatisfy(r ->
            assertThat(r.headers().map().keySet())
                .noneMatch(name -> name.toLowerCase(Locale.ROOT).startsWith("access-control")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/nothing",
        "/status/x/tickets",
        "/sessions",
        "/leads/1",
        "/..",
        "/../etc/passwd",
        "/%2e%2e/etc/passwd",
        "/modules/../index.html",
        "/modules/",
        "/modules",
        "/.hidden",
        "/modules%2fbar.js",
        "/index.html%00",
        "//index.html",
        "/index.html/",
        "/INDEX.HTML",
        "/webroot/index.html",
        "/..%5c..%5cx",
        "/metrics/..",
      })
  void what_is_not_there_is_not_found(String path) {
    assertProblem(service.send("GET", path), ProblemCode.NOT_FOUND);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET|400|INVALID_REQUEST",
        "GET / HTTP/9.9 x|400|INVALID_REQUEST",
      })
  void what_is_no_HTTP_is_answered_and_cut(String line, int status, String code) {
    assertThat(service.raw(line + "\r\nHost: x\r\n\r\n"))
        .startsWith("HTTP/1.0 " + status)
        .contains("application/problem+json")
        .contains(code);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Host: a\r\nHost: b\r\n", "Host: a b/c\r\n"})
  void a_request_that_names_no_host_or_several_is_refused(String host) {
    assertThat(service.raw("GET /health/live HTTP/1.1\r\n" + host + "Connection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 400")
        .contains("INVALID_REQUEST");
  }

  @Test
  void HTTP_1_0_needs_no_host() {
    assertThat(service.raw("GET /health/live HTTP/1.0\r\n\r\n")).startsWith("HTTP/1.0 200");
  }

  @Test
  void an_address_or_headers_without_end_are_refused() {
    assertThat(service.raw("GET /" + "a".repeat(20_000) + " HTTP/1.1\r\nHost: x\r\n\r\n"))
        .startsWith("HTTP/1.0 414")
        .contains("URI_TOO_LONG");
    assertThat(service.raw("GET / HTTP/1.1\r\nHost: x\r\nX: " + "a".repeat(20_000) + "\r\n\r\n"))
        .startsWith("HTTP/1.1 431")
        .contains("HEADERS_TOO_LARGE");
  }

  @Test
  void a_request_is_named_here_and_not_by_its_sender() {
    HttpResponse<String> one = service.send("GET", "/", "X-Request-Id", "mine");
    HttpResponse<String> two = service.send("GET", "/", "X-Request-Id", "mine");
    List<String> ids =
        List.of(
            one.headers().firstValue("X-Request-Id").orElseThrow(),
            two.headers().firstValue("X-Request-Id").orElseThrow());
    assertThat(ids).doesNotHaveDuplicates().doesNotContain("mine");
  }
}
