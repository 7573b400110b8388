package dev.headway.http;

import static dev.headway.hub.Records.OWNER;
import static dev.headway.hub.Records.id;
import static dev.headway.hub.Records.processing;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.sse.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Attacks over HTTP/1.1 that take time or many connections, each beside other users' streams.
 * {@code docs/security.md} lists them with their outcomes. Everything stays on this machine and is
 * over after some seconds.
 */
class HostileClientsIT {
  private static final int MANY = 100;

  /** Here short; the service's own are 20 and 75 s. */
  private static final Duration FIRST_REQUEST = Duration.ofSeconds(1);

  private static final Duration IDLE = Duration.ofSeconds(3);

  private static final String AUTHORIZED =
      "Host: localhost\r\nAuthorization: Bearer " + OWNER.value() + "\r\n";
  private static final String GET = "GET /index.html HTTP/1.1\r\nHost: localhost\r\n\r\n";
  private static final String POST = "POST /uploads HTTP/1.1\r\n" + AUTHORIZED;

  @TempDir Path page;
  private LiveService service;
  private Bystanders bystanders;
  private final List<Wire> attackers = new ArrayList<>();

  @BeforeEach
  void start() throws IOException {
    Files.writeString(page.resolve("index.html"), "<!doctype html><title>Headway</title>");
    Files.writeString(page.resolve("large.js"), "// " + "x".repeat(200_000));
    service = new LiveService(page, config -> config.withPatience(IDLE, FIRST_REQUEST));
    service.table.write(processing(id("a"), 1));
    bystanders = Bystanders.of(service);
  }

  @AfterEach
  void stop() throws Exception {
    for (Wire attacker : attackers) {
      attacker.close();
    }
    bystanders.close();
    service.close();
  }

  private Wire attacker() throws IOException {
    Wire wire = Wire.to(service.port(), 4096);
    attackers.add(wire);
    return wire;
  }

  private List<Wire> attackers(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      attacker();
    }
    return attackers;
  }

  /** A byte now and then from each, until none is taken any more. */
  private void dribble(String bit) {
    long patience = System.nanoTime() + TimeUnit.SECONDS.toNanos(15);
    var left = new ArrayList<>(attackers);
    while (!left.isEmpty() && System.nanoTime() < patience) {
      left.removeIf(wire -> !wire.offers(bit));
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50)); // the attack is to be slow
    }
    assertThat(left).as("may go on for ever").isEmpty();
  }

  private void onlyBystandersAreLeft() {
    Eventually.holds(
        "only the others are connected", () -> service.connections() <= Bystanders.connections());
  }

  @Test
  void slow_headers_are_cut_off_after_the_time_for_a_first_request() throws Exception {
    for (Wire wire : attackers(MANY)) {
      wire.send("GET /index.html HTTP/1.1\r\nHost: localhost\r\nX-Slow: ");
    }
    dribble("a");
    bystanders.areUnharmed();
    onlyBystandersAreLeft();
  }

  @Test
  void slow_headers_of_a_second_request_are_cut_off_as_an_idle_connection_is() throws Exception {
    for (Wire wire : attackers(MANY)) {
      wire.send(GET);
      assertThat(wire.read("</title>")).startsWith("HTTP/1.1 200");
      wire.send("GET /index.html HTTP/1.1\r\nX-Slow: ");
    }
    dribble("a");
    bystanders.areUnharmed();
    onlyBystandersAreLeft();
  }

  @Test
  void connections_that_say_nothing_are_closed() throws Exception {
    attackers(MANY);
    Eventually.holds("all are there", () -> service.connections() > MANY);
    onlyBystandersAreLeft();
    bystanders.areUnharmed();
  }

  @Test
  void a_slow_body_is_answered_with_408_and_cut_off() throws Exception {
    for (Wire wire : attackers(MANY)) {
      wire.send(POST + "Content-Length: 10000\r\n\r\n{");
    }
    for (Wire wire : attackers) {
      String answer = wire.untilItsEnd();
      assertThat(Wire.statuses(answer)).containsExactly(408);
      assertThat(answer).contains("REQUEST_TIMEOUT").containsIgnoringCase("connection: close");
    }
    bystanders.areUnharmed();
  }

  @Test
  void a_slow_body_that_nobody_reads_is_cut_off_as_an_idle_connection_is() throws Exception {
    for (Wire wire : attackers(MANY)) {
      wire.send(
          "GET /index.html HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000000\r\n\r\na");
    }
    dribble("a");
    bystanders.areUnharmed();
  }

  @Test
  void answers_that_are_not_read_do_not_pile_up() throws Exception {
    String all = "GET /large.js HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(1_000);
    for (Wire wire : attackers(20)) {
      Thread.startVirtualThread(() -> wire.offers(all));
    }
    bystanders.keepReceiving();
    bystanders.keepReceiving();
    bystanders.memoryIsFlat(); // 4 GB were asked for
    onlyBystandersAreLeft();
    bystanders.areUnharmed();
  }

  @Test
  void pipelined_requests_are_answered_one_after_the_other_and_in_order() throws Exception {
    Wire wire = attacker();
    wire.send(
        (GET + "GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n").repeat(50)
            + "GET /index.html HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    List<Integer> statuses = Wire.statuses(wire.untilItsEnd());
    assertThat(statuses).hasSize(101).startsWith(200, 404, 200, 404).endsWith(404, 200);
    bystanders.areUnharmed();
  }

  @Test
  void a_stream_behind_another_request_is_no_idle_connection() throws Exception {
    Wire wire = attacker();
    wire.send(GET + GET + "GET /status/watched/events HTTP/1.1\r\n" + AUTHORIZED + "\r\n");
    long longEnough = System.nanoTime() + 2 * IDLE.toNanos();
    while (System.nanoTime() < longEnough) {
      assertThat(wire.read("id: ")).as("it goes on").contains("id: ");
    }
    bystanders.areUnharmed();
  }

  @Test
  void streams_that_are_not_read_do_not_pile_up() throws Exception {
    for (Wire wire : attackers(MANY)) {
      wire.send("GET /status/watched/events HTTP/1.1\r\n" + AUTHORIZED + "\r\n");
    }
    Eventually.holds(
        "all stream", () -> service.streams.counters().open() == MANY + Bystanders.connections());
    bystanders.keepReceiving();
    bystanders.keepReceiving();
    bystanders.memoryIsFlat();
    bystanders.areUnharmed();
  }

  @Test
  void a_stream_that_also_sends_is_not_listened_to() throws Exception {
    for (Wire wire : attackers(20)) {
      wire.send("GET /status/a/events HTTP/1.1\r\n" + AUTHORIZED + "\r\n");
      assertThat(wire.read("id: 1\n")).contains("200 OK");
      assertThat(wire.offers(GET.repeat(10_000))).isTrue();
    }
    bystanders.memoryIsFlat();
    bystanders.areUnharmed();
  }

  @Test
  void a_flood_of_connections_that_come_and_go_leaves_nothing() throws Exception {
    for (int i = 0; i < 2_000; i++) {
      try (Wire wire = Wire.to(service.port())) {
        wire.send(i % 2 == 0 ? "GET /ind" : POST + "Content-Length: 9\r\n\r\n{");
      }
    }
    bystanders.areUnharmed();
    onlyBystandersAreLeft();
  }

  @Test
  void streams_that_are_opened_and_left_at_once_leave_nothing() throws Exception {
    for (int i = 0; i < 1_000; i++) {
      try (Wire wire = Wire.to(service.port())) {
        wire.send("GET /status/a/events HTTP/1.1\r\n" + AUTHORIZED + "\r\n");
      }
    }
    bystanders.areUnharmed();
    Eventually.holds("no stream is left", () -> service.streams.counters().open() == 0);
    assertThat(service.places.owners()).isZero();
  }
}
