package dev.headway.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers that are right in ways that ours is not: no check may find fault with them. */
@Timeout(60)
class OtherServersTest {
  private static final int MOST_ON_A_CONNECTION = 100;

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void a_connection_may_be_closed_after_some_answers_said_or_unsaid(boolean isSaid)
      throws Exception {
    var asked = new AtomicInteger();
    try (var server =
        new Server(
            request ->
                asked.incrementAndGet() == 250
                    ? problem(429, "RATE_LIMITED", "Retry-After: 1\r\n")
                    : problem(404, "UPLOAD_NOT_FOUND", ""),
            isSaid)) {
      assertThat(finding("limit.429", server, "t", Optional.empty()))
          .returns(Finding.Outcome.PASSED, Finding::outcome)
          .returns("", Finding::why);
    }
    assertThat(asked).hasValue(251);
  }

  @Test
  void an_upload_that_is_over_is_none_whose_stream_is_open_when_its_life_ends() throws Exception {
    String record = "{\"uploadId\":\"up\",\"status\":\"completed\",\"version\":3}";
    try (var server =
        new Server(
            request ->
                request.header("Accept").orElse("").equals(Probe.EVENT_STREAM)
                    ? answer(
                        200,
                        "Content-Type: text/event-stream\r\n",
                        "retry: 700\n\nid: 3\nevent: status\ndata: " + record + "\n\n")
                    : answer(200, "Content-Type: application/json\r\n", record),
            true)) {
      assertThat(finding("stream.expired", server, "t", Optional.of("up")))
          .returns(Finding.Outcome.SKIPPED, Finding::outcome)
          .returns("up is over already: --expiring needs one that is not", Finding::why);
    }
  }

  @ParameterizedTest
  @CsvSource({"0, PASSED", "-20, FAILED"})
  void the_life_of_a_cookie_is_judged_by_the_clock_of_the_server(
      long wrongSeconds, Finding.Outcome outcome) throws Exception {
    Instant serversNow = Instant.now().plus(Duration.ofHours(1));
    String token = jwt(serversNow.plusSeconds(600));
    String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(serversNow.atZone(ZoneOffset.UTC));
    String cookie =
        "s=1; Max-Age=%d; Path=/; HttpOnly; SameSite=Strict".formatted(600 + wrongSeconds);
    String session =
        answer(
            204,
            "Date: %s\r\nCache-Control: no-store\r\nSet-Cookie: %s\r\n".formatted(date, cookie),
            "");
    try (var server =
        new Server(
            request ->
                request.header("Authorization").equals(Optional.of("Bearer " + token))
                    ? session
                    : problem(401, "UNAUTHORIZED", ""),
            true)) {
      Finding finding = finding("session.begin", server, token, Optional.empty());
      assertThat(finding.outcome()).as(finding.why()).isEqualTo(outcome);
    }
  }

  @ParameterizedTest
  @CsvSource({"5, 0, 5000", "5, 1, 4000", "5, 1000, 4000", "5, 1001, 3000", "1, 400, 1000"})
  void who_is_refused_again_need_not_wait_for_what_has_passed(
      int retryAfter, long millisSince, long least) {
    var head = new Head("HTTP/1.1", 429, Map.of("Retry-After", List.of("" + retryAfter)));
    long nanos = Duration.ofMillis(millisSince).toNanos();
    assertThat(LimitChecks.leastRetry(new Answer(head, ""), nanos)).isEqualTo(least);
  }

  private static Finding finding(String id, Server server, String token, Optional<String> expiring)
      throws Exception {
    var target =
        new Target(
            server.base(),
            token,
            Optional.empty(),
            Optional.empty(),
            Optional.of("limited"),
            Optional.empty(),
            List.of(),
            expiring.map(upload -> () -> upload),
            Optional.empty(),
            Options.tls(false),
            (method, path, status, headers, body, isWhole) -> {});
    return Suite.run(target, check -> check.id().equals(id), finding -> {}).getFirst();
  }

  private static String jwt(Instant end) {
    String claims = "{\"exp\":" + end.getEpochSecond() + "}";
    return "e30."
        + Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(claims.getBytes(StandardCharsets.UTF_8))
        + ".c2ln";
  }

  private static String problem(int status, String code, String headers) {
    return answer(
        status,
        headers + "Content-Type: application/problem+json\r\n",
        """
        {"type":"about:blank","title":"t","status":%d,"detail":"d","instance":"/i",\
        "code":"%s","timestamp":"2026-01-01T00:00:00Z"}\
        """
            .formatted(status, code));
  }

  /** All of it is ASCII. */
  private static String answer(int status, String headers, String body) {
    String length = status == 204 ? "" : "Content-Length: " + body.length() + "\r\n";
    return "HTTP/1.1 " + status + " x\r\n" + headers + length + "\r\n" + body;
  }

  /** Answers requests without a body; closes each connection after some, as proxies do. */
  private static final class Server implements AutoCloseable {
    private final Function<Fault.Asked, String> answers;
    private final boolean isEndSaid;
    private final ServerSocket door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());

    Server(Function<Fault.Asked, String> answers, boolean isEndSaid) throws IOException {
      this.answers = answers;
      this.isEndSaid = isEndSaid;
      Thread.startVirtualThread(this::accept);
    }

    URI base() {
      return URI.create("http://127.0.0.1:" + door.getLocalPort());
    }

    private void accept() {
      try {
        while (true) {
          Socket socket = door.accept();
          Thread.startVirtualThread(() -> serve(socket));
        }
      } catch (IOException e) {
        // Closed.
      }
    }

    private void serve(Socket socket) {
      try (socket) {
        boolean isLast = false;
        for (int i = 1; !isLast; i++) {
          String head = head(socket.getInputStream());
          if (head.isEmpty()) {
            return;
          }
          var asked = new Fault.Asked(head);
          isLast =
              i == MOST_ON_A_CONNECTION || asked.header("Connection").equals(Optional.of("close"));
          String answer = answers.apply(asked);
          if (isLast && isEndSaid) {
            answer = answer.replaceFirst("\r\n", "\r\nConnection: close\r\n");
          }
          socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
        }
      } catch (IOException e) {
        // The client went away.
      }
    }

    private static String head(InputStream in) throws IOException {
      var head = new ByteArrayOutputStream();
      while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
        int b = in.read();
        if (b < 0) {
          return "";
        }
        head.write(b);
      }
      return head.toString(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
      door.close();
    }
  }
}
