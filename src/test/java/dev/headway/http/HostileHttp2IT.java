package dev.headway.http;

import static dev.headway.hub.Records.OWNER;
import static dev.headway.hub.Records.id;
import static dev.headway.hub.Records.processing;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.TestCertificate;
import dev.headway.sse.Eventually;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Attacks over HTTP/2, each beside other users' streams; see {@link HostileClientsIT}. */
class HostileHttp2IT {
  private static final int REFUSED_STREAM = 0x7;
  private static final int MANY = 20_000;

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
                config.withTls(files).withPatience(Duration.ofSeconds(3), Duration.ofSeconds(1)));
    service.table.write(processing(id("a"), 1));
    bystanders = Bystanders.of(service, () -> connect("http/1.1"));
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
    byte[] ping = Http2Wire.frame(Http2Wire.PING, 0, 0, new byte[8]);
    Thread.startVirtualThread(() -> {
      try {
        while (true) {
          wire.send(ping);
          LockSupport.parkNanos(50_000_000); // the attack is to be slow
        }
      } catch (IOException e) {
        // Cut off.
      }
    });
    assertThat(Http2Wire.untilItsEnd(wire)).isNotEmpty();
    bystanders.areUnharmed();
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

  @Test
  void empty_frames_end_the_connection() throws Exception {
    Wire wire = attacker();
    wire.send(
        Http2Wire.frame(Http2Wire.HEADERS, Http2Wire.END_HEADERS, 1, Http2Wire.get("/index.html")));
    byte[] empty = Http2Wire.join(copies(Http2Wire.frame(Http2Wire.DATA, 0, 1)));
    assertThat(isCutOff(wire, empty, 1)).isTrue();
    bystanders.areUnharmed();
  }

  @Test
  void frames_that_ask_for_nothing_cost_nothing() throws Exception {
    Wire wire = attacker();
    byte[] priorities =
        Http2Wire.join(
            copies(Http2Wire.frame(Http2Wire.PRIORITY, 0, 1, new byte[] {0, 0, 0, 3, 1})));
    byte[] unknown = Http2Wire.join(copies(Http2Wire.frame(0xbe, 0, 0, new byte[16])));
    assertThat(isCutOff(wire, Http2Wire.join(priorities, unknown), 1)).as("idle").isTrue();
    bystanders.memoryIsFlat();
    bystanders.areUnharmed();
  }
}
