package dev.headway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.sse.Eventually;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConnectionsTest {
  private static final String REQUEST =
      "GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: keep-alive\r\n\r\n";

  @TempDir Path page;
  private TestService service;
  private final List<Socket> sockets = new ArrayList<>();

  @BeforeEach
  void start() {
    service =
        new TestService(
            page, new RequestLimits(RateLimit.NONE, RateLimit.NONE, 0, 2, Long.MAX_VALUE));
  }

  @AfterEach
  void stop() throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
    service.close();
  }

  @Test
  void one_beyond_the_limit_is_told_so_and_closed_while_the_others_go_on() throws IOException {
    Socket first = connect();
    Socket second = connect();
    assertThat(answer(first)).startsWith("HTTP/1.1 200");
    assertThat(answer(second)).startsWith("HTTP/1.1 200");
    assertThat(service.raw(REQUEST)) // read to its end: it is closed
        .startsWith("HTTP/1.1 503")
        .contains("OVERLOADED")
        .containsIgnoringCase("\r\nRetry-After: ")
        .containsIgnoringCase("\r\nConnection: close\r\n");
    assertThat(answer(first)).startsWith("HTTP/1.1 200");
    second.close();
    Eventually.holds("there is room again", () -> service.connections() == 1);
    assertThat(answer(connect())).startsWith("HTTP/1.1 200");
    assertThat(service.refusedConnections()).isEqualTo(1);
  }

  @Test
  void a_page_of_another_origin_may_read_that_there_are_too_many() throws IOException {
    connect();
    connect();
    Eventually.holds("both have come", () -> service.connections() == 2);
    String asked =
        REQUEST.replace("\r\n\r\n", "\r\nOrigin: " + TestService.PAGE_ORIGIN + "\r\n\r\n");
    assertThat(service.raw(asked))
        .startsWith("HTTP/1.1 503")
        .containsIgnoringCase("\r\nAccess-Control-Allow-Origin: " + TestService.PAGE_ORIGIN);
  }

  @Test
  void a_flood_of_connections_that_ask_nothing_is_closed_without_an_answer() throws IOException {
    Socket first = connect();
    assertThat(answer(first)).startsWith("HTTP/1.1 200");
    for (int i = 0; i < 400; i++) {
      connect();
    }
    Eventually.holds("all have come", () -> service.refusedConnections() == 399);
    // Two within the limit, two hundred to be told (or one more by each event loop but the first,
    // if they look at the same moment), and none of the rest.
    Eventually.holds("the rest is closed", () -> service.connections() <= 203);
    assertThat(service.connections()).isGreaterThanOrEqualTo(202);
    assertThat(answer(first)).startsWith("HTTP/1.1 200");
  }

  @Test
  void one_address_takes_its_share_and_no_more_while_others_are_let_in() throws IOException {
    service.close();
    service = new TestService(page, new RequestLimits(RateLimit.NONE, RateLimit.NONE, 0, 100, 2));
    Socket first = connect();
    Socket second = connect();
    assertThat(answer(first)).startsWith("HTTP/1.1 200");
    assertThat(answer(second)).startsWith("HTTP/1.1 200");
    assertThat(service.raw(REQUEST)).startsWith("HTTP/1.1 503").contains("OVERLOADED");
    assertThat(answer(connect("127.0.0.2"))).startsWith("HTTP/1.1 200");
    second.close();
    Eventually.holds("there is room again", () -> service.connections() == 2);
    assertThat(answer(connect())).startsWith("HTTP/1.1 200");
  }

  @Test
  void an_address_that_connects_too_often_is_closed_before_anything_is_spent_on_it()
      throws IOException {
    service.close();
    service = new TestService(page, shareOfFifty(0));
    assertThat(answer(connect("127.0.0.2"))).startsWith("HTTP/1.1 200");
    assertThat(letIn(1_000)).as("250 at once, and 10 a second").isBetween(250, 900);
    assertThat(service.refusedConnections()).isEqualTo(1);
    assertThat(answer(connect("127.0.0.2"))).startsWith("HTTP/1.1 200");
  }

  @Test
  void a_proxy_connects_as_often_as_it_likes() throws IOException {
    service.close();
    service = new TestService(page, shareOfFifty(1));
    assertThat(letIn(500)).isEqualTo(500);
  }

  private static RequestLimits shareOfFifty(int trustedProxies) {
    return new RequestLimits(RateLimit.NONE, RateLimit.NONE, trustedProxies, 1_000, 50);
  }

  /**
   * How many connections, one after the other, are answered before one is closed without a word.
   */
  private int letIn(int most) throws IOException {
    for (int i = 0; i < most; i++) {
      try (Wire wire = Wire.to(service.port())) {
        var _ = wire.offers(REQUEST.replace("keep-alive", "close"));
        if (wire.untilItsEnd().isEmpty()) {
          return i;
        }
      }
    }
    return most;
  }

  @Test
  void behind_a_proxy_whose_connections_all_are_nobody_has_a_share() throws IOException {
    service.close();
    service = new TestService(page, new RequestLimits(RateLimit.NONE, RateLimit.NONE, 1, 100, 2));
    for (int i = 0; i < 10; i++) {
      assertThat(answer(connect())).startsWith("HTTP/1.1 200");
    }
  }

  /** From another address of this machine. */
  private Socket connect(String from) throws IOException {
    var socket = new Socket();
    sockets.add(socket);
    socket.bind(new InetSocketAddress(from, 0));
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), service.port()));
    socket.setSoTimeout(10_000);
    return socket;
  }

  private Socket connect() throws IOException {
    var socket = new Socket(InetAddress.getLoopbackAddress(), service.port());
    socket.setSoTimeout(10_000);
    sockets.add(socket);
    return socket;
  }

  /** The head of the answer to a request, and a bit of its body. */
  private static String answer(Socket socket) throws IOException {
    socket.getOutputStream().write(REQUEST.getBytes(StandardCharsets.US_ASCII));
    var bytes = new byte[4096];
    return new String(bytes, 0, socket.getInputStream().read(bytes), StandardCharsets.US_ASCII);
  }
}
