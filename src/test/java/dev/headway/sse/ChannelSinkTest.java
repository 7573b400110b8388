package dev.headway.sse;

import static dev.headway.hub.Records.completed;
import static dev.headway.hub.Records.id;
import static dev.headway.hub.Records.processing;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.status.UploadId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever sends more than a request gets no more than a stream. */
class ChannelSinkTest {
  private static final UploadId A = id("a");
  private static final String REQUEST = "GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n";

  private StreamServer server;

  @BeforeEach
  void start() throws Exception {
    server = new StreamServer(EventStreamsTest.QUICK);
    server.write(processing(A, 1));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        REQUEST,
        "GET /nobody HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /a HTTP/1.1\r\nHost: loc",
        "no HTTP at all\r\n\r\n",
        "\r\n"
      })
  void what_comes_behind_the_request_is_never_answered(String further) throws Exception {
    // It may be hung up on, if Vert.x had the further request already: then it comes again.
    assertThat(wholeStream(REQUEST + further)).satisfies(ChannelSinkTest::isOneAnswer);
  }

  @Test
  void what_comes_while_the_stream_is_open_is_dropped() throws Exception {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      send(socket, REQUEST);
      awaitBegin();
      for (int i = 0; i < 100; i++) {
        send(socket, REQUEST);
      }
      server.write(processing(A, 2)); // not its end: closing over unread requests is a reset
      assertThat(textUntil(socket, "\"version\":2,\"status\":\"processing\"}\n\n"))
          .satisfies(ChannelSinkTest::isTheStreamAlone);
    }
    awaitOpenStreams(0);
  }

  @Test
  void a_request_with_a_body_and_one_that_wants_the_connection_closed_get_the_same_stream()
      throws Exception {
    String closing = REQUEST.replace("localhost\r\n", "localhost\r\nConnection: close\r\n");
    String withBody = REQUEST.replace("localhost\r\n", "localhost\r\nContent-Length: 3\r\n");
    assertThat(wholeStream(closing)).satisfies(ChannelSinkTest::isTheStreamAlone);
    server = restarted();
    assertThat(wholeStream(withBody + "abc")).satisfies(ChannelSinkTest::isTheStreamAlone);
  }

  private StreamServer restarted() throws Exception {
    server.close();
    var fresh = new StreamServer(EventStreamsTest.QUICK);
    fresh.write(processing(A, 1));
    return fresh;
  }

  private String wholeStream(String request) throws Exception {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      send(socket, request);
      awaitBegin();
      server.write(completed(A, 2));
      String all = text(socket);
      awaitOpenStreams(0);
      return all;
    }
  }

  /** A stream is open before it has begun, and begins with what is newest then. */
  private void awaitBegin() {
    Eventually.holds("the stream has begun", () -> server.streams.counters().delivered() > 0);
  }

  private void awaitOpenStreams(int count) {
    Eventually.holds(count + " streams are open", () -> server.streams.counters().open() == count);
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.setSoTimeout(10_000);
    socket.getOutputStream().write(text.getBytes(US_ASCII));
  }

  private static String text(Socket socket) throws IOException {
    return new String(socket.getInputStream().readAllBytes(), UTF_8);
  }

  private static String textUntil(Socket socket, String last) throws IOException {
    var text = new StringBuilder();
    while (text.indexOf(last) < 0) {
      int next = socket.getInputStream().read();
      assertThat(next).as("the end of " + text).isNotNegative();
      text.append((char) next);
    }
    return text.toString();
  }

  private static void isTheStreamAlone(String text) {
    isOneAnswer(text);
    assertThat(text).containsOnlyOnce("id: 2\n").endsWith("\n\n");
  }

  private static void isOneAnswer(String text) {
    assertThat(text).startsWith("HTTP/1.1 200 OK\r\n").containsOnlyOnce("HTTP/1.1 ");
    assertThat(text).containsOnlyOnce("retry: ").containsOnlyOnce("id: 1\n");
  }
}
