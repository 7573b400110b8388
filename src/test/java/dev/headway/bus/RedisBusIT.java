package dev.headway.bus;

import static dev.headway.hub.Records.id;
import static dev.headway.hub.Records.processing;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.headway.InstalledPrograms;
import dev.headway.TestCertificate;
import dev.headway.hub.BusListener;
import dev.headway.hub.BusMessage.Changes;
import dev.headway.hub.BusMessage.TailHeartbeat;
import dev.headway.hub.Delivery;
import dev.headway.hub.Sender;
import dev.headway.status.ProcessingStatus;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes and a real server between them. */
class RedisBusIT {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final Sender N1 = new Sender("n1", 11);
  private static final Sender N2 = new Sender("n2", -22);

  private final Vertx vertx = Vertx.vertx();
  private final Deque<AutoCloseable> closing = new ArrayDeque<>();

  /** What a node has heard. Its own monitor is told of everything that happens. */
  private static final class Heard implements BusListener {
    private final List<Delivery> deliveries = new ArrayList<>();
    private int interruptions;

    @Override
    public synchronized void received(Delivery delivery) {
      deliveries.add(delivery);
      notifyAll();
    }

    @Override
    public synchronized void interrupted() {
      interruptions++;
      notifyAll();
    }

    synchronized int interruptions() {
      return interruptions;
    }

    synchronized List<Delivery> from(Sender sender) {
      return deliveries.stream().filter(delivery -> delivery.from().equals(sender)).toList();
    }

    /** The newest version by upload that a sender told. */
    synchronized Map<String, Long> newest(Sender sender) {
      Map<String, Long> newest = new HashMap<>();
      for (Delivery delivery : from(sender)) {
        if (delivery.message() instanceof Changes(List<ProcessingStatus> records)) {
          records.forEach(r -> newest.merge(r.uploadId().value(), r.version(), Math::max));
        }
      }
      return newest;
    }

    synchronized void await(String what, BooleanSupplier condition) throws Exception {
      long end = System.nanoTime() + SOON.toNanos();
      while (!condition.getAsBoolean()) {
        long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        assertThat(left).as("not in time: %s", what).isPositive();
        wait(Math.min(left, 100)); // some conditions change without a word to this listener
      }
    }
  }

  private record Node(RedisBus bus, Heard heard) {
    void awaitUp() throws Exception {
      heard.await("connected", bus::reachesOthers);
    }

    void awaitDown() throws Exception {
      heard.await("not connected", () -> !bus.reachesOthers());
    }

    void awaitVersion(Sender from, String upload, long version) throws Exception {
      heard.await(
          upload + " v" + version, () -> heard.newest(from).getOrDefault(upload, 0L) >= version);
    }
  }

  private Node node(Sender sender, BusAddress address) {
    var bus = new RedisBus(vertx, address, sender, RandomGenerator.getDefault(), System::nanoTime);
    var heard = new Heard();
    closing.push(bus);
    bus.listen(heard);
    return new Node(bus, heard);
  }

  private Node node(Sender sender, RedisServer server) {
    return node(sender, address("redis://%s:%d".formatted(server.host(), server.port())));
  }

  private static BusAddress address(String text) {
    return BusAddress.parse(text, Optional.empty(), "headway.test");
  }

  private RedisServer opened(RedisServer server) {
    closing.push(server);
    return server;
  }

  private static Changes changes(String upload, long version) {
    return new Changes(List.of(processing(id(upload), version)));
  }

  @BeforeAll
  static void needRedis() {
    var missing = InstalledPrograms.missing("redis-server", "redis-cli", "openssl");
    assumeTrue(missing.isEmpty(), () -> "not here: " + missing);
  }

  @AfterEach
  void close() throws Exception {
    while (!closing.isEmpty()) {
      closing.pop().close();
    }
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private static void assertNumbersRiseWithoutAGap(List<Delivery> deliveries) {
    for (int i = 0; i < deliveries.size(); i++) {
      assertThat(deliveries.get(i).number()).isEqualTo(i + 1);
    }
  }

  @Test
  void what_one_node_says_every_node_hears_once_and_in_order() throws Exception {
    RedisServer server = opened(RedisServer.started());
    Node one = node(N1, server);
    Node two = node(N2, server);
    one.awaitUp();
    two.awaitUp();
    for (int version = 1; version <= 200; version++) {
      one.bus.publish(changes("a", version));
      two.bus.publish(changes("b", version));
    }
    var heartbeat = new TailHeartbeat(Duration.ofSeconds(1), Map.of(), Map.of());
    one.bus.publish(heartbeat);
    two.awaitVersion(N1, "a", 200);
    one.awaitVersion(N2, "b", 200);
    two.heard.await(
        "the heartbeat", () -> two.heard.from(N1).getLast().message().equals(heartbeat));
    assertNumbersRiseWithoutAGap(two.heard.from(N1));
    assertNumbersRiseWithoutAGap(one.heard.from(N2));
    assertThat(one.heard.from(N1)).as("its own, each once").hasSize(201);
    assertThat(two.heard.from(N1)).as("gathered").hasSizeLessThan(100);
    assertThat(one.heard.interruptions()).isEqualTo(1);
  }

  @Test
  void a_node_hears_itself_without_the_server() throws Exception {
    RedisServer nowhere = opened(RedisServer.prepared());
    Node alone = node(N1, nowhere);
    alone.bus.publish(changes("a", 1));
    alone.awaitVersion(N1, "a", 1);
    assertThat(alone.bus.reachesOthers()).isFalse();
  }

  @Test
  void a_node_may_come_before_the_server_and_what_it_said_meanwhile_is_not_lost() throws Exception {
    RedisServer server = opened(RedisServer.prepared());
    Node one = node(N1, server);
    Node two = node(N2, server);
    one.bus.publish(changes("a", 1));
    one.bus.publish(changes("a", 2));
    server.start();
    two.awaitUp();
    one.awaitUp();
    one.bus.publish(changes("b", 1));
    two.awaitVersion(N1, "b", 1);
  }

  @Test
  void a_server_that_is_killed_and_started_again_is_found_and_the_interruption_told()
      throws Exception {
    RedisServer server = opened(RedisServer.started());
    Node one = node(N1, server);
    Node two = node(N2, server);
    one.awaitUp();
    two.awaitUp();
    int before = two.heard.interruptions();
    server.kill();
    one.awaitDown();
    two.awaitDown();
    assertThat(two.heard.interruptions()).isEqualTo(before + 1);
    for (int version = 1; version <= 5; version++) {
      one.bus.publish(changes("a", version));
    }
    server.start();
    two.awaitUp();
    one.awaitUp();
    assertThat(two.heard.interruptions()).isEqualTo(before + 2);
    one.bus.publish(changes("b", 1));
    two.awaitVersion(N1, "b", 1);
    assertThat(one.bus.figures().losses()).isEqualTo(1);
  }

  @Test
  void a_server_that_stands_still_is_noticed_though_no_connection_breaks() throws Exception {
    RedisServer server = opened(RedisServer.started());
    Node one = node(N1, server);
    Node two = node(N2, server);
    one.awaitUp();
    two.awaitUp();
    server.pause();
    one.bus.publish(changes("a", 1));
    one.awaitDown();
    server.resume();
    one.awaitUp();
    two.awaitUp();
    one.bus.publish(changes("a", 2));
    two.awaitVersion(N1, "a", 2);
  }

  @Test
  void connections_that_the_server_closes_are_made_anew() throws Exception {
    RedisServer server = opened(RedisServer.started());
    Node one = node(N1, server);
    Node two = node(N2, server);
    for (String kind : List.of("normal", "pubsub", "normal")) {
      one.awaitUp();
      two.awaitUp();
      long losses = one.bus.figures().losses();
      server.ask("client", "kill", "type", kind);
      one.heard.await("the loss", () -> one.bus.figures().losses() > losses);
    }
    one.awaitUp();
    two.awaitUp();
    one.bus.publish(changes("a", 1));
    two.awaitVersion(N1, "a", 1);
  }

  @Test
  void of_very_many_changes_the_newest_arrive_without_a_gap() throws Exception {
    RedisServer server = opened(RedisServer.started());
    Node one = node(N1, server);
    Node two = node(N2, server);
    one.awaitUp();
    two.awaitUp();
    for (int version = 1; version <= 5; version++) {
      for (int upload = 0; upload < 5_000; upload++) {
        one.bus.publish(changes("u" + upload, version));
      }
    }
    one.bus.publish(changes("last", 1));
    two.awaitVersion(N1, "last", 1);
    assertThat(two.heard.newest(N1)).hasSize(5_001);
    assertThat(two.heard.newest(N1).values()).allMatch(version -> version == 5 || version == 1);
    assertNumbersRiseWithoutAGap(two.heard.from(N1));
    assertThat(one.bus.figures().dropped()).isZero();
  }

  @Test
  void what_cannot_be_read_is_counted_and_harms_nobody() throws Exception {
    RedisServer server = opened(RedisServer.started());
    Node one = node(N1, server);
    Node two = node(N2, server);
    one.awaitUp();
    two.awaitUp();
    server.ask("publish", "headway.test", "hello");
    server.ask("publish", "headway.test", "{\"v\":9}");
    one.bus.publish(changes("a", 1));
    two.awaitVersion(N1, "a", 1);
    two.heard.await("counted", () -> two.bus.figures().undecodable() == 2);
    assertThat(one.heard.interruptions()).isEqualTo(1);
  }

  @Test
  void a_hostile_publisher_takes_nothing_from_anybody_and_is_counted() throws Exception {
    RedisServer server = opened(RedisServer.started());
    Node one = node(N1, server);
    Node two = node(N2, server);
    one.awaitUp();
    two.awaitUp();
    var hostile = new Hostile();
    long unreadableToOne = 0;
    long unreadableToTwo = 0;
    for (int version = 1; version <= 40; version++) {
      List<byte[]> messages = hostile.messages(40);
      unreadableToOne += messages.stream().filter(m -> hostile.isUnreadable(m, N1)).count();
      unreadableToTwo += messages.stream().filter(m -> hostile.isUnreadable(m, N2)).count();
      for (int upload = 0; upload < 25; upload++) {
        one.bus.publish(changes("a" + upload, version));
        two.bus.publish(changes("b" + upload, version));
      }
      server.publish("headway.test", messages);
    }
    for (int upload = 0; upload < 25; upload++) {
      two.awaitVersion(N1, "a" + upload, 40);
      one.awaitVersion(N2, "b" + upload, 40);
    }
    long expectedOfOne = unreadableToOne;
    long expectedOfTwo = unreadableToTwo;
    assertThat(expectedOfTwo).isGreaterThan(1_000);
    one.heard.await("counted", () -> one.bus.figures().undecodable() >= expectedOfOne);
    two.heard.await("counted", () -> two.bus.figures().undecodable() >= expectedOfTwo);
    assertThat(one.bus.figures().undecodable()).isEqualTo(expectedOfOne);
    assertThat(two.bus.figures().undecodable()).isEqualTo(expectedOfTwo);
    assertNumbersRiseWithoutAGap(two.heard.from(N1));
    assertNumbersRiseWithoutAGap(one.heard.from(N2));
    for (Node node : List.of(one, two)) {
      assertThat(node.bus.reachesOthers()).isTrue();
      assertThat(node.bus.figures().losses()).isZero();
      assertThat(node.bus.figures().dropped()).isZero();
      assertThat(node.heard.interruptions()).as("since the start").isEqualTo(1);
    }
  }

  /** Says whatever may be said on a channel; the same in every run. */
  private static final class Hostile {
    private final FrameCodec codec = new FrameCodec();
    private final FrameFuzz fuzz = new FrameFuzz();
    private final RandomGenerator random = new Random(8);
    private final byte[] frame = codec.encode(new Frame(N1, 1, changes("a0", 900)));

    List<byte[]> messages(int count) {
      List<byte[]> messages = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        messages.add(
            switch (i % 4) {
              case 0 -> Arrays.copyOf(frame, random.nextInt(frame.length)); // torn; ours for one
              case 1 ->
                  text().replace("\"v\":1", "\"v\":" + (2 + random.nextInt(9))).getBytes(UTF_8);
              case 2 -> bytes();
              default -> fuzz.input(random);
            });
      }
      return messages;
    }

    private String text() {
      return new String(frame, UTF_8);
    }

    private byte[] bytes() {
      byte[] bytes = new byte[random.nextInt(2_000)];
      random.nextBytes(bytes);
      return bytes;
    }

    /** What begins as a node's own frames do is its own to it, and not read again. */
    boolean isUnreadable(byte[] message, Sender to) {
      byte[] own = codec.opening(to);
      if (Arrays.mismatch(message, own) == own.length) {
        return false;
      }
      try {
        codec.decode(message);
        return false;
      } catch (UndecodableFrameException e) {
        return true;
      }
    }
  }

  @Test
  void another_program_can_publish() throws Exception {
    RedisServer server = opened(RedisServer.started());
    Node one = node(N1, server);
    one.awaitUp();
    server.ask(
        "publish",
        "headway.test",
        """
        {"v":1,"node":"script","start":"1","n":1,"changes":[{"id":"x","owner":"o","version":3,\
        "status":"processing","stage":"batch_processing","counts":[2,1,0,20,10,10,0],\
        "file":"f.csv","size":1,"created":1,"updated":2,"expires":3}]}\
        """);
    one.awaitVersion(new Sender("script", 1), "x", 3);
  }

  @Test
  void a_password_is_used_and_a_wrong_one_is_no_connection() throws Exception {
    RedisServer server = opened(RedisServer.started("--requirepass", "s:e/c@r+t"));
    String form = "redis://:%s@" + server.host() + ":" + server.port();
    Node right = node(N1, address(form.formatted("s%3Ae%2Fc%40r+t")));
    Node wrong = node(N2, address(form.formatted("other")));
    right.awaitUp();
    assertThat(wrong.bus.reachesOthers()).isFalse();
    right.bus.publish(changes("a", 1));
    right.heard.await("the echo", () -> !right.bus.figures().roundTrip().isZero());
    assertThat(wrong.heard.from(N1)).isEmpty();
    assertThat(wrong.bus.reachesOthers()).isFalse();
  }

  @Test
  void with_tls_the_server_is_checked_against_the_certificates_that_are_trusted(
      @TempDir Path folder) throws Exception {
    var own = TestCertificate.in(folder);
    RedisServer server = opened(RedisServer.encrypted(own.key(), own.certificate()));
    String text = "rediss://%s:%d".formatted(server.host(), server.port());
    Node trusting =
        node(N1, BusAddress.parse(text, Optional.of(own.certificate()), "headway.test"));
    Node distrusting = node(N2, address(text));
    trusting.awaitUp();
    trusting.bus.publish(changes("a", 1));
    trusting.heard.await("the echo", () -> !trusting.bus.figures().roundTrip().isZero());
    assertThat(distrusting.bus.reachesOthers()).isFalse();
    assertThat(distrusting.heard.from(N1)).isEmpty();
  }
}
