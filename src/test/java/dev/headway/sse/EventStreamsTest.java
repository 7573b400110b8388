package dev.headway.sse;

import static dev.headway.hub.Records.completed;
import static dev.headway.hub.Records.expiring;
import static dev.headway.hub.Records.id;
import static dev.headway.hub.Records.processing;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.hub.Records;
import dev.headway.status.UploadId;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Streams as a reader on the other side of a socket sees them. */
class EventStreamsTest {
  private static final UploadId A = id("a");

  /** Everything that takes seconds takes milliseconds. */
  static final StreamConfig QUICK =
      new StreamConfig(
          Duration.ofMillis(200),
          1000,
          Duration.ofMillis(500),
          Duration.ofSeconds(60),
          4096,
          new Retry(Duration.ofMillis(500), Duration.ofSeconds(2)),
          new Retry(Duration.ofSeconds(3), Duration.ofSeconds(4)),
          Duration.ofMillis(20),
          Duration.ofMillis(10));

  private StreamServer server;

  @BeforeEach
  void start() throws Exception {
    server = new StreamServer(QUICK);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Reader get(String target) throws Exception {
    return Reader.get(server.port(), target);
  }

  private void assertThatNothingIsLeft() {
    Eventually.holds("no stream is open", () -> server.streams.counters().open() == 0);
    Eventually.holds("no upload is watched", () -> server.hub.watchedUploads() == 0);
  }

  @Test
  void a_stream_has_the_headers_of_the_contract_and_its_body_ends_with_the_connection()
      throws Exception {
    server.write(processing(A, 1));
    try (Reader reader = get("a")) {
      assertThat(reader.statusLine()).isEqualTo("HTTP/1.1 200 OK");
      assertThat(reader.headers())
          .isEqualTo(
              Map.of(
                  "content-type", "text/event-stream; charset=utf-8",
                  "cache-control", "no-cache, no-transform",
                  "x-accel-buffering", "no",
                  "vary", "Accept, Prefer, Origin",
                  "connection", "close"));
    }
  }

  @Test
  void retry_comes_first_then_the_snapshot_then_each_change_and_the_terminal_one_ends_it()
      throws Exception {
    server.write(processing(A, 17));
    try (Reader reader = get("a")) {
      SseParser begun = reader.until(seen -> seen.versions().contains(17L));
      assertThat(begun.retries()).hasSize(1).allMatch(ms -> ms >= 500 && ms <= 2000);
      assertThat(begun.events().getFirst().data())
          .isEqualTo("{\"uploadId\":\"a\",\"version\":17,\"status\":\"processing\"}");
      server.write(processing(A, 18));
      reader.untilVersion(18);
      server.write(processing(A, 19));
      reader.untilVersion(19);
      server.write(completed(A, 20));
      assertThat(reader.toTheEnd().versions()).containsExactly(17L, 18L, 19L, 20L);
    }
    assertThatNothingIsLeft();
    assertThat(server.streams.counters().delivered()).isEqualTo(4);
  }

  @Test
  void a_change_between_the_reading_and_the_stream_is_not_missed() throws Exception {
    server.write(processing(A, 17));
    server.between.set(() -> {
      server.hub.put(completed(A, 18));
      return Future.succeededFuture();
    });
    try (Reader reader = get("a")) {
      assertThat(reader.toTheEnd().versions()).containsExactly(18L);
    }
    assertThatNothingIsLeft();
  }

  @Test
  void an_upload_that_is_over_is_told_once() throws Exception {
    server.write(completed(A, 20));
    try (Reader reader = get("a?lastEventId=19")) {
      assertThat(reader.toTheEnd().versions()).containsExactly(20L);
    }
    assertThatNothingIsLeft();
  }

  @Test
  void a_reader_that_has_the_terminal_version_is_told_to_stop() throws Exception {
    server.write(completed(A, 20));
    try (Reader reader = get("a?lastEventId=20")) {
      assertThat(reader.statusLine()).isEqualTo("HTTP/1.1 204 No Content");
      assertThat(reader.headers())
          .doesNotContainKeys("content-type", "content-length", "transfer-encoding");
    }
    assertThatNothingIsLeft();
  }

  @Test
  void a_reader_that_is_up_to_date_gets_a_comment_and_then_only_what_is_newer() throws Exception {
    server.write(processing(A, 17));
    try (Reader reader = get("a?lastEventId=17")) {
      reader.until(seen -> seen.comments() > 0);
      server.write(processing(A, 18));
      assertThat(reader.untilVersion(18)).containsExactly(18L);
    }
    assertThatNothingIsLeft();
  }

  @Test
  void an_id_that_the_table_does_not_know_either_is_ignored() throws Exception {
    server.write(processing(A, 17));
    try (Reader reader = get("a?lastEventId=99")) {
      assertThat(reader.untilVersion(17)).containsExactly(17L);
      server.write(processing(A, 18));
      assertThat(reader.untilVersion(18)).containsExactly(17L, 18L);
    }
  }

  @Test
  void a_reader_of_HTTP_1_0_gets_a_body_that_ends_with_the_connection() throws Exception {
    server.write(processing(A, 1));
    try (Reader reader =
        Reader.ask(server.port(), "GET /a HTTP/1.0\r\nConnection: keep-alive", 0)) {
      assertThat(reader.headers()).containsEntry("connection", "close");
      assertThat(reader.headers()).doesNotContainKeys("transfer-encoding", "content-length");
      reader.untilVersion(1);
      server.write(completed(A, 2));
      assertThat(reader.toTheEnd().versions()).containsExactly(1L, 2L);
    }
    assertThatNothingIsLeft();
  }

  @Test
  void HEAD_has_the_headers_and_neither_a_body_nor_a_subscription() throws Exception {
    server.write(processing(A, 1));
    try (Reader reader = Reader.ask(server.port(), "HEAD /a HTTP/1.1\r\nConnection: close", 0)) {
      assertThat(reader.headers())
          .containsEntry("content-type", "text/event-stream; charset=utf-8")
          .containsEntry("cache-control", "no-cache, no-transform")
          .containsEntry("x-accel-buffering", "no")
          .doesNotContainKeys("content-length", "transfer-encoding");
      assertThat(reader.toTheEnd().events()).isEmpty();
    }
    assertThat(server.hub.watchedUploads()).isZero();
    server.write(completed(A, 2));
    Eventually.holds("the change is on the board", () -> headOfSeen().startsWith("HTTP/1.1 204"));
  }

  private String headOfSeen() {
    try (Reader reader =
        Reader.ask(server.port(), "HEAD /a?lastEventId=2 HTTP/1.1\r\nConnection: close", 0)) {
      return reader.statusLine();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void HTTP_2_carries_streams_as_well_and_frees_what_is_reset() throws Exception {
    server.write(processing(A, 1));
    var options =
        new HttpClientOptions()
            .setProtocolVersion(HttpVersion.HTTP_2)
            .setHttp2ClearTextUpgrade(false);
    var client = server.vertx().createHttpClient(options);
    BlockingQueue<Buffer> chunks = new LinkedBlockingQueue<>();
    var request =
        StreamServer.get(client.request(HttpMethod.GET, server.port(), "127.0.0.1", "/a"));
    HttpClientResponse response =
        StreamServer.get(request.send().onSuccess(r -> r.handler(chunks::add)));
    assertThat(response.version()).isEqualTo(HttpVersion.HTTP_2);
    assertThat(response.headers().names()).doesNotContain("connection");
    var parser = new SseParser();
    feedUntil(parser, chunks, 1);
    server.write(processing(A, 2));
    feedUntil(parser, chunks, 2);
    assertThat(parser.versions()).containsExactly(1L, 2L);
    assertThat(server.streams.counters().open()).isEqualTo(1);
    StreamServer.get(request.reset());
    assertThatNothingIsLeft();
    StreamServer.get(client.close());
  }

  private static void feedUntil(SseParser parser, BlockingQueue<Buffer> chunks, long version)
      throws InterruptedException {
    while (!parser.versions().contains(version)) {
      Buffer chunk = chunks.poll(10, TimeUnit.SECONDS);
      assertThat(chunk).isNotNull();
      parser.feed(chunk.getBytes());
    }
  }

  @Test
  void heartbeats_keep_coming() throws Exception {
    server.write(processing(A, 1));
    try (Reader reader = get("a")) {
      reader.until(seen -> seen.comments() >= 5);
    }
  }

  @Test
  void a_stream_ends_with_the_token_of_its_reader() throws Exception {
    server.write(processing(A, 1));
    try (Reader reader = get("a?seconds=1")) {
      SseParser all = reader.toTheEnd();
      assertThat(all.versions()).containsExactly(1L);
      assertThat(all.last())
          .contains(new SseParser.Event("token", "{\"expiresAt\":\"2025-01-09T10:00:01Z\"}", "1"));
    }
    assertThatNothingIsLeft();
  }

  @Test
  void a_stream_says_that_its_record_expired_and_ends() throws Exception {
    server.write(expiring(A, 1, Records.NOW.plusSeconds(60)));
    try (Reader reader = get("a")) {
      reader.untilVersion(1);
      server.wallClock.set(Records.NOW.plusSeconds(60));
      assertThat(reader.toTheEnd().last()).map(SseParser.Event::type).contains("expired");
    }
    assertThatNothingIsLeft();
  }

  @Test
  void a_reader_that_cannot_be_served_is_told_so_in_a_stream() throws Exception {
    try (Reader reader = get("unavailable")) {
      assertThat(reader.statusLine()).isEqualTo("HTTP/1.1 200 OK");
      SseParser all = reader.toTheEnd();
      assertThat(all.retries()).hasSize(1);
      assertThat(all.events())
          .containsExactly(
              new SseParser.Event("unavailable", "{\"code\":\"OVERLOADED\",\n\"status\":503}", ""));
    }
    assertThatNothingIsLeft();
  }

  @Test
  void a_reader_that_leaves_frees_everything() throws Exception {
    server.write(processing(A, 1));
    try (Reader one = get("a");
        Reader two = get("a")) {
      one.untilVersion(1);
      two.untilVersion(1);
      assertThat(server.streams.counters().open()).isEqualTo(2);
      assertThat(server.hub.watchedUploads()).isEqualTo(1);
    }
    assertThatNothingIsLeft();
  }

  @Test
  void a_reader_that_leaves_before_its_stream_opens_leaves_nothing_behind() throws Exception {
    server.write(processing(A, 1));
    server.table.hold();
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.getOutputStream().write("GET /a HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(US_ASCII));
      Eventually.holds("the table is read", () -> server.table.reads() == 1);
    }
    Eventually.holds("the reader is gone", () -> server.connections.get() == 0);
    server.table.release();
    Eventually.holds("the request was served", () -> server.served.get() == 1);
    assertThatNothingIsLeft();
  }

  @Test
  void a_slow_reader_gets_the_newest_and_not_a_queue_of_old_ones() throws Exception {
    server.close();
    String padding = "x".repeat(1000);
    server =
        new StreamServer(
            patient(),
            record ->
                "{\"version\":%d,\"padding\":\"%s\"}"
                    .formatted(record.version(), padding)
                    .getBytes(UTF_8));
    server.write(processing(A, 1));
    try (Reader slow = Reader.ask(server.port(), "GET /a HTTP/1.1", 4096);
        Reader quick = get("a")) {
      int versions = 1000;
      for (int v = 2; v <= versions; v++) {
        server.write(processing(A, v));
        if (v % 2 == 0) {
          quick.untilVersion(v); // so that each second one at least is sent for itself
        }
      }
      assertThat(slow.untilVersion(versions))
          .isSorted()
          .doesNotHaveDuplicates()
          .hasSizeLessThan(100);
      assertThat(server.streams.counters().conflated()).isGreaterThan(0);
      server.write(completed(A, versions + 1));
      assertThat(slow.toTheEnd().versions()).endsWith((long) versions, versions + 1L);
    }
    assertThatNothingIsLeft();
  }

  private static StreamConfig patient() {
    return new StreamConfig(
        QUICK.heartbeatEvery(),
        QUICK.eventsPerSecond(),
        Duration.ofSeconds(30),
        QUICK.tokenNotice(),
        QUICK.writeQueueSize(),
        QUICK.retry(),
        QUICK.drainRetry(),
        QUICK.sweepEvery(),
        QUICK.tick());
  }

  @Test
  void a_reader_that_takes_nothing_is_cut_after_the_write_timeout() throws Exception {
    server.close();
    String padding = "x".repeat(100_000);
    server = new StreamServer(QUICK, record -> padding.getBytes(US_ASCII));
    server.write(processing(A, 1));
    try (Reader stuck = Reader.ask(server.port(), "GET /a HTTP/1.1", 4096)) {
      assertThat(stuck.statusLine()).endsWith("200 OK");
      for (long v : LongStream.rangeClosed(2, 100).toArray()) {
        server.write(processing(A, v));
      }
      Eventually.holds("it is cut", () -> server.streams.counters().cut() == 1);
      Eventually.holds("its connection is gone", () -> server.connections.get() == 0);
    }
    assertThatNothingIsLeft();
  }

  @Test
  void a_drain_sends_every_reader_away_with_a_new_retry() throws Exception {
    server.write(processing(A, 1));
    try (Reader one = get("a");
        Reader two = get("a")) {
      one.untilVersion(1);
      two.untilVersion(1);
      var drained = server.streams.drain(Duration.ofMillis(100));
      for (Reader reader : new Reader[] {one, two}) {
        SseParser all = reader.toTheEnd();
        assertThat(all.versions()).containsExactly(1L);
        assertThat(all.retries().getLast()).isBetween(3000L, 4000L);
      }
      StreamServer.get(drained);
      try (Reader late = get("a")) {
        SseParser all = late.toTheEnd();
        assertThat(all.versions()).containsExactly(1L);
        assertThat(all.retries()).hasSize(2);
        assertThat(all.retries().getLast()).isBetween(3000L, 4000L);
      }
    }
    assertThatNothingIsLeft();
  }
}
