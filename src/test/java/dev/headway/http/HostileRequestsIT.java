package dev.headway.http;

import static dev.headway.hub.Records.OWNER;
import static dev.headway.hub.Records.id;
import static dev.headway.hub.Records.processing;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Attacks over HTTP/1.1 by a single request; all beside the same other users' streams. */
class HostileRequestsIT {
  private static final String AUTHORIZED =
      "Host: localhost\r\nAuthorization: Bearer " + OWNER.value() + "\r\n";
  private static final String GET = "GET /index.html HTTP/1.1\r\nHost: localhost\r\n\r\n";
  private static final String POST = "POST /uploads HTTP/1.1\r\n" + AUTHORIZED;

  @TempDir static Path page;
  private static LiveService service;
  private static Bystanders bystanders;

  @BeforeAll
  static void start() throws IOException {
    Files.writeString(page.resolve("index.html"), "<!doctype html><title>Headway</title>");
    Files.writeString(page.resolve("large.js"), "// " + "x".repeat(200_000));
    service = new LiveService(page);
    service.table.write(processing(id("a"), 1));
    bystanders = Bystanders.of(service);
  }

  @AfterAll
  static void nobody_else_was_harmed() throws Exception {
    try {
      bystanders.areUnharmed();
    } finally {
      bystanders.close();
      service.close();
    }
  }

  /** The answers to one message that may hide another. */
  private static List<Integer> answers(String message) throws IOException {
    try (Wire wire = Wire.to(service.port())) {
      return Wire.statuses(wire.send(message).untilItsEnd());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {9_000, 20_000})
  void a_giant_request_line_is_refused(int length) throws Exception {
    assertThat(answers("GET /" + "a".repeat(length) + " HTTP/1.1\r\nHost: x\r\n\r\n"))
        .containsExactly(414);
    assertThat(answers("GET /leads?q=" + "a".repeat(length) + " HTTP/1.1\r\nHost: x\r\n\r\n"))
        .containsExactly(414);
  }

  static Stream<String> giantHeaders() {
    return Stream.of(
        "X: " + "a".repeat(17_000) + "\r\n",
        "a".repeat(17_000) + ": x\r\n",
        "X: y\r\n".repeat(5_000),
        "Cookie: a=b\r\n".repeat(2_000));
  }

  @ParameterizedTest
  @MethodSource("giantHeaders")
  void giant_headers_are_refused(String headers) throws Exception {
    assertThat(answers("GET /index.html HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n"))
        .containsExactly(431);
  }

  @Test
  void a_giant_body_is_refused_before_it_is_read() throws Exception {
    for (String rest :
        List.of(
            "Content-Length: 1000000000\r\n\r\n",
            // Nobody is told to go on.
            "Expect: 100-continue\r\nContent-Length: 1000000000\r\n\r\n",
            "Transfer-Encoding: chunked\r\n\r\n4e20\r\n" + "a".repeat(20_000) + "\r\n")) {
      try (Wire wire = Wire.to(service.port())) {
        wire.send(POST + rest);
        assertThat(Wire.statuses(wire.read("\"}"))).as(rest).containsExactly(413);
        String chunk = "4000\r\n" + "a".repeat(0x4000) + "\r\n";
        int taken = 0;
        while (taken < 10_000 && wire.offers(chunk)) {
          taken++;
        }
        assertThat(taken).as("16 KB that are taken although nobody wants them").isLessThan(1_000);
      }
    }
    bystanders.memoryIsFlat();
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{\"a\":", "{\"fileName\":\"a.csv\",\"fileSize\":1,\"x\":["})
  void deeply_nested_JSON_is_a_bad_request(String level) throws Exception {
    String body = level.repeat(16_000 / level.length());
    assertThat(
            answers(
                POST + "Connection: close\r\nContent-Length: " + body.length() + "\r\n\r\n" + body))
        .containsExactly(400);
  }

  @Test
  void a_compressed_body_is_not_unpacked() throws Exception {
    // A gzip header, and what would be a bomb if somebody inflated it.
    String body = "\u001f\u008b\b\0\0\0\0\0\0\3" + "\u00ff".repeat(1_000);
    assertThat(
            answers(
                POST
                    + "Connection: close\r\nContent-Encoding: gzip\r\nContent-Length: "
                    + body.length()
                    + "\r\n\r\n"
                    + body))
        .containsExactly(400);
  }

  static Stream<Arguments> smuggling() {
    String chunks = "5\r\n{\"a\":\r\n0\r\n\r\n";
    return Stream.of(
            Arguments.of(
                "length and coding", "Content-Length: 5\r\nTransfer-Encoding: chunked", chunks),
            Arguments.of("two lengths", "Content-Length: 5\r\nContent-Length: 6", "12345"),
            Arguments.of(
                "the same length twice", "Content-Length: 5\r\nContent-Length: 5", "12345"),
            Arguments.of("a list of lengths", "Content-Length: 5, 5", "12345"),
            Arguments.of("a signed length", "Content-Length: +5", "12345"),
            Arguments.of("a negative length", "Content-Length: -5", "12345"),
            Arguments.of("a hexadecimal length", "Content-Length: 0x5", "12345"),
            Arguments.of("a length with a space", "Content-Length: 5 5", "12345"),
            Arguments.of("no length at all", "Content-Length: ", "12345"),
            Arguments.of("a length beyond all", "Content-Length: 99999999999999999999", "12345"),
            Arguments.of("an unknown coding", "Transfer-Encoding: xchunked", chunks),
            Arguments.of("no coding", "Transfer-Encoding: ", chunks),
            Arguments.of("the coding of nothing", "Transfer-Encoding: identity", ""),
            Arguments.of("a coding in quotes", "Transfer-Encoding: \"chunked\"", chunks),
            Arguments.of("a coding with a parameter", "Transfer-Encoding: chunked;q=1", chunks),
            Arguments.of("chunked not last", "Transfer-Encoding: chunked, identity", chunks),
            Arguments.of("chunked twice", "Transfer-Encoding: chunked, chunked", chunks),
            Arguments.of("another coding first", "Transfer-Encoding: gzip, chunked", chunks),
            Arguments.of(
                "two codings", "Transfer-Encoding: chunked\r\nTransfer-Encoding: x", chunks),
            Arguments.of("a vertical tab", "Transfer-Encoding: \u000bchunked", chunks),
            Arguments.of("a NUL", "Transfer-Encoding: chunked\0", chunks),
            Arguments.of("a space before the colon", "Transfer-Encoding : chunked", chunks),
            Arguments.of("a tab before the colon", "Transfer-Encoding\t: chunked", chunks),
            Arguments.of("a folded header", "Transfer-Encoding:\r\n chunked", chunks),
            Arguments.of("a bare line feed", "X: y\nContent-Length: 5", "12345"),
            Arguments.of("a bare carriage return", "X: y\rContent-Length: 5", "12345"),
            Arguments.of("a header without a name", ": y\r\nContent-Length: 5", "12345"),
            Arguments.of("a header without a colon", "Content-Length", "12345"),
            Arguments.of("a name with a space", "Content Length: 5", "12345"))
        .map(a -> Arguments.of(a.get()[0], a.get()[1] + "\r\n\r\n" + a.get()[2]));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("smuggling")
  void a_request_that_hides_another_is_refused_and_the_other_never_answered(
      String name, String rest) throws Exception {
    assertThat(answers(POST + rest + GET)).as(name).containsExactly(400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0x5\r\n12345\r\n0\r\n\r\n",
        "+5\r\n12345\r\n0\r\n\r\n",
        "-5\r\n12345\r\n0\r\n\r\n",
        "5_0\r\n12345\r\n0\r\n\r\n",
        "FFFFFFFFFFFFFFFFF\r\n12345",
        "\r\n",
        "5\n12345\n0\n\n",
        "5;\n12345\r\n0\r\n\r\n",
        "5;a=\"\n\"\r\n12345\r\n0\r\n\r\n",
        "5\r12345\r\n0\r\n\r\n",
        "5\r\n123456\r\n0\r\n\r\n",
        "5\r\n12345XX0\r\n\r\n",
      })
  void chunks_that_are_none_are_refused_and_what_follows_is_never_answered(String chunks)
      throws Exception {
    assertThat(answers(POST + "Transfer-Encoding: chunked\r\n\r\n" + chunks + GET))
        .containsExactly(400);
  }

  @Test
  void trailers_and_extensions_of_chunks_change_nothing() throws Exception {
    String close = "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n";
    assertThat(answers(POST + close + "2;a=b;c=\"d\"\r\n{}\r\n0;e\r\nContent-Length: 9\r\n\r\n"))
        .containsExactly(400);
    assertThat(answers(POST + close + "0\r\n" + "X: y\r\n".repeat(20_000) + "\r\n"))
        .containsExactly(400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Upgrade: websocket|Connection: Upgrade|Sec-WebSocket-Version: 13|Sec-WebSocket-Key: eDp5",
        "Upgrade: h2c|Connection: Upgrade, HTTP2-Settings|HTTP2-Settings: AAMAAABkAAQAAP__",
        "Upgrade: TLS/1.2|Connection: Upgrade",
      })
  void an_upgrade_to_another_protocol_does_not_happen(String headers) throws Exception {
    try (Wire wire = Wire.to(service.port())) {
      String lines = headers.replace("|", "\r\n");
      wire.send("GET /status/a HTTP/1.1\r\n" + AUTHORIZED + lines + "\r\n\r\n");
      assertThat(wire.read("\"version\":1")).startsWith("HTTP/1.1 200").contains("\"version\":1");
    }
  }

  @Test
  void HTTP_2_in_plain_text_is_cut_off() throws Exception {
    try (Wire wire = Wire.to(service.port())) {
      wire.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0");
      assertThat(Wire.statuses(wire.untilItsEnd())).doesNotContain(101, 200);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PROXY TCP4 9.9.9.9 127.0.0.1 1 80\r\n",
        "PROXY UNKNOWN\r\n",
        "\r\n\r\n\0\r\nQUIT\n"
      })
  void a_line_of_the_PROXY_protocol_is_no_request(String line) throws Exception {
    assertThat(answers(line + GET)).containsExactly(400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "TRACE /index.html",
        "CONNECT evil.example:443",
        "CONNECT /index.html",
        "PROPFIND /",
        "GET *",
        "OPTIONS *",
        "GET http://evil.example/../status",
        "GET //evil.example/",
        "GET /%2e%2e/%2e%2e/etc/passwd",
        "GET /..;/metrics",
        "GET /.%00./x",
        "GET /%252e%252e/x",
        "GET /index.html;x",
        "GET /\\..\\x",
        "GET /index.html#x",
      })
  void what_is_no_address_or_method_of_ours_gets_a_clear_no(String line) throws Exception {
    try (Wire wire = Wire.to(service.port())) {
      wire.send(line + " HTTP/1.1\r\nHost: x\r\nX-Secret: echo\r\nConnection: close\r\n\r\n");
      String answer = wire.untilItsEnd();
      assertThat(Wire.statuses(answer)).hasSize(1).containsAnyOf(400, 404, 405);
      assertThat(answer)
          .contains("application/problem+json")
          .containsIgnoringCase("x-content-type-options: nosniff")
          .doesNotContain("echo", "//evil.example", "root:");
    }
  }

  @Test
  void an_absolute_address_leads_to_the_same_place_whatever_host_it_names() throws Exception {
    try (Wire wire = Wire.to(service.port())) {
      wire.send(
          "GET http://evil.example/status/a HTTP/1.1\r\nConnection: close\r\n"
              + AUTHORIZED
              + "\r\n");
      assertThat(wire.untilItsEnd()).startsWith("HTTP/1.1 200").doesNotContain("evil");
    }
  }

  @Test
  void ranges_are_not_served_so_that_they_cannot_multiply_an_answer() throws Exception {
    String ranges = "Range: bytes=" + "0-,".repeat(1_000) + "0-\r\n";
    assertThat(
            answers("GET /large.js HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + ranges + "\r\n"))
        .containsExactly(200);
    bystanders.memoryIsFlat();
  }
}
