package dev.headway.http;

import static dev.headway.hub.Records.OWNER;
import static dev.headway.hub.Records.id;
import static dev.headway.hub.Records.processing;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.TestCertificate;
import dev.headway.sse.Eventually;
import dev.headway.sse.StreamConfig;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Attacks over HTTP/2, each beside other users' streams; see {@link HostileClientsIT}. */
class HostileHttp2IT {
  private static final int REFUSED_STREAM = 0x7;
  private static final int ENHANCE_YOUR_CALM = 0xb;
  private static final int MANY = 20_000;

  /** Here short; the service's own is 75 s. */
  private static final Duration IDLE = Duration.ofSeconds(3);

  /** An address may ask 2,000 times in ten seconds, and make 1,200 connections at once. */
  private static final RequestLimits LIMITS =
      new RequestLimits(RateLimit.NONE, RateLimit.ofRate(100), 0, Long.MAX_VALUE, 1_000);

  @TempDir Path folder;
  private SSLContext trust;
  private LiveService service;
  private Bystanders bystanders;
  private final List<Wire> attackers = new ArrayList<>();

  @BeforeEach
  void start() throws Exception {
    TestCertificate own = TestCertificate.in(folder);
    trust = own.trusting();
    Path page = Files.createDirectory(folder.resolve("page"));
    Files.writeString(page.resolve("index.html"), "<!doctype html><title>Headway</title>");
    Files.writeString(page.resolve("large.js"), "// " + "x".repeat(200_000));
    var files = Optional.of(new TlsFiles(own.certificate(), own.key()));
    service =
        new LiveService(
            page,
            config ->
                config.withTls(files).withPatience(IDLE, Duration.ofSeconds(1)).withLimits(LIMITS),
            cutAfter(Duration.ofSeconds(2)));
    service.table.write(processing(id("a"), 1));
    bystanders = Bystanders.of(service, () -> connect("http/1.1"));
  }

  /** Streams whose readers take nothing are cut after 30 s; here sooner. */
  private static StreamConfig cutAfter(Duration writeTimeout) {
    StreamConfig standard = StreamConfig.standard();
    return new StreamConfig(
        standard.heartbeatEvery(),
        standard.eventsPerSecond(),
        writeTimeout,
        standard.tokenNotice(),
        standard.writeQueueSize(),
        standard.retry(),
        standard.drainRetry(),
        standard.sweepEvery(),
        standard.tick());
  }

  @AfterEach
  void stop() throws Exception {
    for (Wire attacker : attackers) {
      attacker.close();
    }
    bystanders.close();
    service.close();
  }

  private Wire connect(String protocol) throws IOException {
    return Wire.withTls(trust, "127.0.0.1", service.port(), protocol);
  }

  private Wire attacker() throws IOException {
    Wire wire = connect("h2");
    attackers.add(wire);
    return wire.send(Http2Wire.preface());
  }

  /** Sends the frames until the server has had enough, and tells whether it had. */
  private static boolean isCutOff(Wire wire, byte[] frames, int times) throws IOException {
    try {
      for (int i = 0; i < times; i++) {
        wire.send(frames);
      }
    } catch (SocketException e) {
      return true;
    }
    return wire.isClosedByServer();
  }

  @Test
  void rapid_resets_end_the_connection() throws Exception {
    Wire wire = attacker();
    byte[] get = Http2Wire.get("/status/a", "authorization", "Bearer " + OWNER.value());
    assertThat(isCutOff(wire, Http2Wire.takenBack(2_000, get), 1)).isTrue();
    bystanders.areUnharmed();
  }

  static Stream<Arguments> endings() {
    byte[] get = Http2Wire.get("/status/a", "authorization", "Bearer " + OWNER.value());
    return Stream.of(
        Arguments.of("resets", "127.0.0.3", Http2Wire.takenBack(300, get)),
        Arguments.of("requests", "127.0.0.4", requests(5_000)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("endings")
  void an_address_whose_connections_had_to_be_ended_gets_no_further_ones(
      String name, String address, byte[] attack) throws Exception {
    byte[] storm = Http2Wire.join(Http2Wire.preface(), attack);
    int attacks = 0;
    Optional<Wire> letIn = connectFrom(address);
    while (letIn.isPresent() && attacks < 50) {
      Wire wire = letIn.get();
      Thread.startVirtualThread(() -> wire.offers(storm));
      assertThat(wire.isClosedByServer()).isTrue();
      wire.close();
      attacks++;
      letIn = connectFrom(address);
    }
    assertThat(attacks).isBetween(11, 40);
    bystanders.areUnharmed();
  }

  private Optional<Wire> connectFrom(String address) {
    try {
      return Optional.of(Wire.withTls(trust, address, service.port(), "h2"));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  @Test
  void more_requests_than_an_address_may_ask_end_the_connection() throws Exception {
    Wire wire = attacker();
    Thread.startVirtualThread(() -> wire.offers(requests(5_000)));
    assertThat(errors(wire)).isSubsetOf(ENHANCE_YOUR_CALM);
    bystanders.areUnharmed();
  }

  private static byte[] requests(int count) {
    byte[] get = Http2Wire.get("/index.html");
    return Http2Wire.join(
        IntStream.range(0, count).mapToObj(i -> request(2 * i + 1, get)).toArray(byte[][]::new));
  }

  /** Of what ends the connection; none where that got lost in a reset of the whole. */
  private static List<Integer> errors(Wire wire) throws IOException {
    return Http2Wire.untilItsEnd(wire).stream()
        .filter(frame -> frame.type() == Http2Wire.GOAWAY)
        .map(Http2Wire.Frame::error)
        .toList();
  }

  static Stream<Arguments> floods() {
    return Stream.of(
        Arguments.of("pings", Http2Wire.frame(Http2Wire.PING, 0, 0, new byte[8])),
        Arguments.of("answers to no ping", Http2Wire.frame(Http2Wire.PING, 1, 0, new byte[8])),
        Arguments.of("settings", Http2Wire.settings()),
        Arguments.of(
            "windows", Http2Wire.frame(Http2Wire.WINDOW_UPDATE, 0, 0, new byte[] {0, 0, 0, 1})),
        Arguments.of(
            "priorities", Http2Wire.frame(Http2Wire.PRIORITY, 0, 1, new byte[] {0, 0, 0, 3, 1})),
        Arguments.of("unknown frames", Http2Wire.frame(0xbe, 0, 0, new byte[16])));
  }

  /** Of a client that reads what comes, so that nothing waits. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("floods")
  void frames_without_end_end_the_connection(String name, byte[] frame) throws Exception {
    Wire wire = attacker();
    wire.send(stream(1)); // so that it is not idle
    streamsAreOpen(1);
    byte[] flood = Http2Wire.join(copies(frame));
    Thread.startVirtualThread(() -> {
      for (int i = 0; i < 3 && wire.offers(flood); i++) {
        // 60,000 in all
      }
    });
    assertThat(errors(wire)).as(name).isSubsetOf(ENHANCE_YOUR_CALM);
    bystanders.areUnharmed();
  }

  @Test
  void a_table_of_4_GB_for_answers_is_not_filled() throws Exception {
    Wire wire = attacker();
    byte[] everything = {0, 1, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff};
    byte[] get = Http2Wire.get("/index.html");
    wire.send(Http2Wire.frame(Http2Wire.SETTINGS, 0, 0, everything)).send(request(1, get));
    assertThat(announcedTable(wire)).isLessThanOrEqualTo(4096);
    wire.send(Http2Wire.frame(Http2Wire.SETTINGS, 0, 0, new byte[] {0, 1, 0, 0, 0, 0}))
        .send(Http2Wire.frame(Http2Wire.SETTINGS, 0, 0, everything))
        .send(request(3, get));
    assertThat(announcedTable(wire)).isLessThanOrEqualTo(4096);
  }

  /** What the next answer says of the table at last; RFC 7541, 6.3. */
  private static long announcedTable(Wire wire) throws IOException {
    var in = new DataInputStream(wire.in());
    Http2Wire.Frame frame = Http2Wire.next(in);
    while (frame.type() != Http2Wire.HEADERS) {
      frame = Http2Wire.next(in);
    }
    long size = -1;
    byte[] block = frame.payload().getBytes();
    for (int at = 0; (block[at] & 0xe0) == 0x20; at++) {
      size = block[at] & 0x1f;
      if (size == 0x1f) {
        for (int shift = 0; ; shift += 7) {
          byte next = block[++at];
          size += (long) (next & 0x7f) << shift;
          if (next >= 0) {
            break;
          }
        }
      }
    }
    return size;
  }

  @Test
  void first_frames_that_trickle_in_are_cut_off() throws Exception {
    Wire wire = connect("h2");
    attackers.add(wire);
    trickle(wire, Http2Wire.preface());
    bystanders.areUnharmed();
  }

  @Test
  void a_handshake_that_trickles_in_is_cut_off() throws Exception {
    Wire wire = Wire.to(service.port());
    attackers.add(wire);
    trickle(wire, new byte[] {22, 3, 1, 2, 0, 1, 0, 1, (byte) 0xfc, 3, 3});
    bystanders.areUnharmed();
  }

  @Test
  void nobody_makes_a_connection_shake_hands_again() throws Exception {
    try (var socket =
        (SSLSocket) trust.getSocketFactory().createSocket("127.0.0.1", service.port())) {
      socket.setSoTimeout(10_000);
      socket.setEnabledProtocols(new String[] {"TLSv1.2"}); // 1.3 knows no such thing
      socket.startHandshake();
      String get = "GET /index.html HTTP/1.1\r\nHost: localhost\r\n\r\n";
      Wire wire = new Wire(socket).send(get);
      assertThat(wire.read("</title>")).startsWith("HTTP/1.1 200");
      socket.startHandshake(); // says that it wants to, and does not wait
      var _ = wire.offers(get);
      assertThat(wire.untilItsEnd()).isEmpty();
    }
    bystanders.areUnharmed();
  }

  /** A byte now and then, zeros at the end, until the server has had enough. */
  private static void trickle(Wire wire, byte[] beginning) throws IOException {
    long from = System.nanoTime();
    for (int i = 0; i < 150; i++) {
      if (!wire.offers(new byte[] {i < beginning.length ? beginning[i] : 0})) {
        break;
      }
      LockSupport.parkNanos(50_000_000); // the attack is to be slow
    }
    assertThat(Duration.ofNanos(System.nanoTime() - from)).isLessThan(Duration.ofSeconds(7));
    assertThat(wire.isClosedByServer()).isTrue();
  }

  static Stream<Arguments> malformed() {
    return Stream.of(
        malformed("an upper-case name", "X-Upper", "y"),
        malformed("a name with a space", "x y", "z"),
        malformed("no name", "", "z"),
        malformed("a line end in a value", "x", "y\r\nz: a"),
        malformed("a NUL in a value", "x", "y\0"),
        malformed("a second path", ":path", "/metrics"),
        malformed("an unknown pseudo-header", ":admin", "yes"),
        malformed("a header of the connection", "connection", "close"),
        malformed("an upgrade", "upgrade", "h2c"),
        malformed("a coding", "transfer-encoding", "chunked"),
        malformed("trailers that are none", "te", "gzip"),
        malformed("a body that does not come", "content-length", "5"),
        malformed("another host", "host", "evil.example"));
  }

  private static Arguments malformed(String what, String name, String value) {
    byte[] get =
        Http2Wire.get("/status/a", "authorization", "Bearer " + OWNER.value(), name, value);
    return Arguments.of(what, get);
  }

  /** Each would be something else to whoever made HTTP/1 of it. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("malformed")
  void a_request_of_HTTP_2_that_is_none_is_refused(String name, byte[] headers) throws Exception {
    Wire wire = attacker();
    wire.send(request(1, headers));
    Http2Wire.Frame answer = firstAnswer(wire);
    assertThat(answer.type() != Http2Wire.HEADERS || answer.payload().getByte(0) == (byte) 0x8c)
        .as("%s: reset, or 400 of the static table, and not %s", name, answer)
        .isTrue();
    bystanders.keepReceiving();
  }

  @Test
  void a_slow_body_is_answered_with_408() throws Exception {
    Wire wire = attacker();
    byte[] post = Http2Wire.get("/uploads", "authorization", "Bearer " + OWNER.value());
    post[0] = (byte) 0x83; // :method POST
    wire.send(Http2Wire.frame(Http2Wire.HEADERS, Http2Wire.END_HEADERS, 1, post));
    wire.send(Http2Wire.frame(Http2Wire.DATA, 0, 1, (byte) '{'));
    Http2Wire.Frame answer = firstAnswer(wire);
    assertThat(answer.type()).isEqualTo(Http2Wire.HEADERS);
    assertThat(answer.payload().toString(StandardCharsets.ISO_8859_1)).contains("408");
    bystanders.areUnharmed();
  }

  @Test
  void cookies_that_come_in_pieces_are_one_header() throws Exception {
    Wire wire = attacker();
    wire.send(
        request(
            1,
            Http2Wire.get(
                "/status/a",
                "cookie",
                "theme=dark",
                "cookie",
                "headway-session=" + OWNER.value(),
                "sec-fetch-site",
                "same-origin")));
    assertThat(firstAnswer(wire).payload().getBytes()).contains((byte) 0x88);
  }

  @Test
  void a_flood_of_pings_whose_answers_are_not_read_ends_the_connection() throws Exception {
    byte[] pings = Http2Wire.join(copies(Http2Wire.frame(Http2Wire.PING, 0, 0, new byte[8])));
    Wire wire = attacker();
    flood(wire, pings);
    bystanders.areUnharmed();
  }

  @Test
  void a_flood_of_settings_whose_answers_are_not_read_ends_the_connection() throws Exception {
    Wire wire = attacker();
    flood(wire, Http2Wire.join(copies(Http2Wire.settings())));
    bystanders.areUnharmed();
  }

  /** As much as the server takes, up to 20,000 frames fifty times over. */
  private void flood(Wire wire, byte[] frames) throws IOException {
    Thread.startVirtualThread(() -> {
      try {
        for (int i = 0; i < 50; i++) {
          wire.send(frames);
        }
      } catch (IOException e) {
        // Cut off, which is what the test waits for.
      }
    });
    bystanders.keepReceiving();
    bystanders.memoryIsFlat();
    Eventually.holds(
        "only the others are connected", () -> service.connections() == Bystanders.connections());
  }

  private static byte[][] copies(byte[] frame) {
    return IntStream.range(0, MANY).mapToObj(i -> frame).toArray(byte[][]::new);
  }

  @Test
  void pings_do_not_keep_a_connection_that_asks_nothing() throws Exception {
    Wire wire = attacker();
    keepsPinging(wire);
    assertThat(Http2Wire.untilItsEnd(wire)).isNotEmpty();
    bystanders.areUnharmed();
  }

  @Test
  void pings_do_not_keep_a_connection_whose_requests_were_taken_back() throws Exception {
    Wire wire = attacker();
    wire.send(stream(1)).send(stream(3));
    streamsAreOpen(2);
    wire.send(reset(1)).send(reset(3));
    streamsAreOpen(0);
    keepsPinging(wire);
    assertThat(Http2Wire.untilItsEnd(wire)).isNotEmpty();
    bystanders.areUnharmed();
  }

  @Test
  void a_connection_lives_as_long_as_one_of_its_streams() throws Exception {
    Wire wire = attacker();
    wire.send(stream(1)).send(stream(3));
    streamsAreOpen(2);
    wire.send(reset(1));
    streamsAreOpen(1);
    keepsPinging(wire); // an idle time-out looks at bytes, and this is about requests
    var in = new DataInputStream(wire.in());
    long longEnough = System.nanoTime() + 2 * IDLE.toNanos();
    while (System.nanoTime() < longEnough) {
      assertThat(Http2Wire.next(in).type()).isNotEqualTo(Http2Wire.GOAWAY);
    }
    assertThat(service.streams.counters().open()).isEqualTo(1 + Bystanders.connections());
    bystanders.areUnharmed();
  }

  /** A watcher of an upload, on a stream of HTTP/2. */
  private static byte[] stream(int id) {
    return request(
        id, Http2Wire.get("/status/a/events", "authorization", "Bearer " + OWNER.value()));
  }

  private static byte[] request(int id, byte[] headers) {
    return Http2Wire.frame(
        Http2Wire.HEADERS, Http2Wire.END_HEADERS | Http2Wire.END_STREAM, id, headers);
  }

  private static byte[] reset(int id) {
    return Http2Wire.frame(Http2Wire.RST_STREAM, 0, id, new byte[] {0, 0, 0, 8});
  }

  private void streamsAreOpen(int count) {
    Eventually.holds(
        count + " of the attacker's",
        () -> service.streams.counters().open() == count + Bystanders.connections());
  }

  /** Slowly, for longer than any time-out, and never for ever. */
  private static void keepsPinging(Wire wire) {
    byte[] ping = Http2Wire.frame(Http2Wire.PING, 0, 0, new byte[8]);
    Thread.startVirtualThread(() -> {
      try {
        for (int i = 0; i < 300; i++) {
          wire.send(ping);
          LockSupport.parkNanos(50_000_000);
        }
      } catch (IOException e) {
        // Cut off.
      }
    });
  }

  @Test
  void a_flood_of_continuations_ends_the_connection() throws Exception {
    Wire wire = attacker();
    wire.send(Http2Wire.frame(Http2Wire.HEADERS, 0, 1, Http2Wire.get("/index.html")));
    byte[] more = Http2Wire.join(copies(Http2Wire.frame(Http2Wire.CONTINUATION, 0, 1)));
    assertThat(isCutOff(wire, more, 1)).isTrue();
    bystanders.areUnharmed();
  }

  @Test
  void headers_that_unpack_to_a_multiple_are_refused() throws Exception {
    var bomb = new ByteArrayOutputStream();
    bomb.writeBytes(Http2Wire.get("/index.html"));
    bomb.write(0x40); // into the dynamic table
    Http2Wire.text(bomb, "x-bomb");
    Http2Wire.text(bomb, "y".repeat(3_000));
    for (int i = 0; i < 10_000; i++) {
      bomb.write(0x80 | 62); // again, and again: 30 MB
    }
    Wire wire = attacker();
    wire.send(
        Http2Wire.frame(
            Http2Wire.HEADERS,
            Http2Wire.END_HEADERS | Http2Wire.END_STREAM,
            1,
            bomb.toByteArray()));
    assertThat(firstAnswer(wire).type())
        .isIn(Http2Wire.RST_STREAM, Http2Wire.GOAWAY, Http2Wire.HEADERS);
    bystanders.memoryIsFlat();
    bystanders.areUnharmed();
  }

  private static Http2Wire.Frame firstAnswer(Wire wire) throws IOException {
    var in = new DataInputStream(wire.in());
    Http2Wire.Frame frame = Http2Wire.next(in);
    while (frame.type() == Http2Wire.SETTINGS || frame.type() == Http2Wire.WINDOW_UPDATE) {
      frame = Http2Wire.next(in);
    }
    return frame;
  }

  @Test
  void a_token_of_8_KB_is_read_as_over_HTTP_1() throws Exception {
    Wire wire = attacker();
    wire.send(
        Http2Wire.frame(
            Http2Wire.HEADERS,
            Http2Wire.END_HEADERS | Http2Wire.END_STREAM,
            1,
            Http2Wire.get(
                "/status/a",
                "authorization",
                "Bearer " + OWNER.value(),
                "x-token",
                "t".repeat(8_500))));
    Http2Wire.Frame answer = firstAnswer(wire);
    assertThat(answer.type()).isEqualTo(Http2Wire.HEADERS);
    assertThat(answer.payload().getBytes()).as("200, in the static table").contains((byte) 0x88);
  }

  @Test
  void more_than_a_hundred_requests_at_once_are_refused() throws Exception {
    Wire wire = attacker();
    byte[] stream = Http2Wire.get("/status/a/events", "authorization", "Bearer " + OWNER.value());
    for (int i = 0; i < 150; i++) {
      wire.send(
          Http2Wire.frame(
              Http2Wire.HEADERS, Http2Wire.END_HEADERS | Http2Wire.END_STREAM, 2 * i + 1, stream));
    }
    Eventually.holds(
        "a hundred are open",
        () -> service.streams.counters().open() == 100 + Bystanders.connections());
    var in = new DataInputStream(wire.in());
    for (int refused = 0; refused < 50; ) {
      Http2Wire.Frame frame = Http2Wire.next(in);
      if (frame.type() == Http2Wire.RST_STREAM) {
        assertThat(frame.error()).isEqualTo(REFUSED_STREAM);
        refused++;
      }
    }
    bystanders.areUnharmed();
  }

  @Test
  void answers_that_the_window_holds_back_do_not_pile_up() throws Exception {
    Wire wire = attacker();
    // SETTINGS_INITIAL_WINDOW_SIZE 0: nothing may be sent.
    wire.send(Http2Wire.frame(Http2Wire.SETTINGS, 0, 0, new byte[] {0, 4, 0, 0, 0, 0}));
    for (int i = 0; i < 100; i++) {
      wire.send(
          Http2Wire.frame(
              Http2Wire.HEADERS,
              Http2Wire.END_HEADERS | Http2Wire.END_STREAM,
              2 * i + 1,
              Http2Wire.get("/large.js")));
    }
    bystanders.keepReceiving();
    bystanders.memoryIsFlat();
    assertThat(wire.isClosedByServer()).as("idle").isTrue();
    bystanders.areUnharmed();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 300})
  void streams_whose_window_takes_nothing_are_cut(int window) throws Exception {
    Wire wire = attacker();
    wire.send(
        Http2Wire.frame(
            Http2Wire.SETTINGS,
            0,
            0,
            new byte[] {0, 4, 0, 0, (byte) (window >> 8), (byte) window}));
    byte[] watch = Http2Wire.get("/status/watched", "accept", "text/event-stream");
    byte[] proof = Http2Wire.literal("authorization", "Bearer " + OWNER.value());
    for (int i = 0; i < 100; i++) {
      wire.send(request(2 * i + 1, Http2Wire.join(watch, proof)));
    }
    streamsAreOpen(100);
    bystanders.keepReceiving();
    bystanders.memoryIsFlat();
    streamsAreOpen(0);
    assertThat(wire.isClosedByServer()).as("idle").isTrue();
    bystanders.areUnharmed();
  }

  @Test
  void empty_frames_end_the_connection() throws Exception {
    Wire wire = attacker();
    wire.send(
        Http2Wire.frame(Http2Wire.HEADERS, Http2Wire.END_HEADERS, 1, Http2Wire.get("/index.html")));
    byte[] empty = Http2Wire.join(copies(Http2Wire.frame(Http2Wire.DATA, 0, 1)));
    assertThat(isCutOff(wire, empty, 1)).isTrue();
    bystanders.areUnharmed();
  }
}
