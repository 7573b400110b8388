package dev.headway.sse;

import static dev.headway.hub.Records.change;
import static dev.headway.hub.Records.completed;
import static dev.headway.hub.Records.id;
import static dev.headway.hub.Records.processing;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.hub.Change;
import dev.headway.hub.ManualTime;
import dev.headway.hub.OwnerPlaces;
import dev.headway.hub.Records;
import dev.headway.status.UploadId;
import io.netty.channel.embedded.EmbeddedChannel;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The life of streams on a loop whose time is moved by hand. */
class LoopStreamsTest {
  private static final UploadId A = id("a");
  private static final Instant LATER = Instant.MAX;

  private final ManualTime time = new ManualTime();
  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final StreamConfig config = StreamConfig.standard();
  private final OwnerPlaces places = new OwnerPlaces();
  private final Tally tally = new Tally(places);
  private final LoopStreams streams =
      new LoopStreams(channel.eventLoop(), config, time.ticker(), () -> Duration.ofMillis(777));

  /** A stream and its reader. */
  private record Open(UploadStream stream, RecordingSink reader) {
    List<Long> versions() {
      return reader.parser.versions();
    }
  }

  @BeforeEach
  void freeze() {
    channel.freezeTime();
  }

  @AfterEach
  void close() {
    channel.finishAndReleaseAll();
  }

  private static Change version(long version) {
    return change(processing(A, version));
  }

  private Open open(long version) {
    return open(version(version), false, LATER);
  }

  private Open open(Change newest, boolean isSeen, Instant authorizedUntil) {
    Token token =
        Token.until(authorizedUntil, time.now(), time.ticker().getAsLong(), config.tokenNotice());
    var stream = new UploadStream(config, time.ticker(), tally, Records.OWNER, token, streams);
    var open = new Open(stream, new RecordingSink());
    streams.add(stream);
    stream.begin(open.reader, Framing.retry(Duration.ofSeconds(1)), newest, isSeen);
    return open;
  }

  private void pass(Duration duration) {
    for (long ms = 0; ms < duration.toMillis(); ms += 10) {
      time.passMillis(10);
      channel.advanceTimeBy(10, TimeUnit.MILLISECONDS);
      channel.runPendingTasks();
      channel.runScheduledPendingTasks();
    }
  }

  private void passMillis(long millis) {
    pass(Duration.ofMillis(millis));
  }

  @Test
  void a_stream_begins_with_retry_and_snapshot() {
    Open open = open(17);
    assertThat(open.reader.parser.retries()).containsExactly(1000L);
    assertThat(open.versions()).containsExactly(17L);
    assertThat(open.reader.ended).isFalse();
    assertThat(tally.open()).isEqualTo(1);
    assertThat(tally.delivered()).isEqualTo(1);
  }

  @Test
  void a_reader_that_has_the_snapshot_gets_a_comment_and_then_what_is_newer() {
    Open open = open(version(17), true, LATER);
    assertThat(open.reader.parser.comments()).isEqualTo(1);
    assertThat(open.versions()).isEmpty();
    open.stream.changed(version(17));
    open.stream.changed(version(18));
    assertThat(open.versions()).containsExactly(18L);
  }

  @Test
  void a_terminal_snapshot_ends_the_stream() {
    Open open = open(change(completed(A, 9)), false, LATER);
    assertThat(open.versions()).containsExactly(9L);
    assertThat(open.reader.ended).isTrue();
    assertThat(tally.open()).isZero();
  }

  @Test
  void the_first_change_after_a_pause_is_sent_at_once_and_the_last_of_a_burst_is_not_lost() {
    Open open = open(1);
    passMillis(100);
    for (int v = 2; v <= 50; v++) {
      open.stream.changed(version(v));
    }
    assertThat(open.versions()).containsExactly(1L, 2L);
    passMillis(200);
    assertThat(open.versions()).containsExactly(1L, 2L, 50L);
    assertThat(tally.conflated()).isEqualTo(47);
  }

  @Test
  void no_reader_gets_more_than_ten_events_in_a_second() {
    Open open = open(1);
    List<Integer> perTenth = new ArrayList<>();
    for (int v = 2; v < 500; v++) {
      int before = open.versions().size();
      open.stream.changed(version(v));
      passMillis(10);
      perTenth.add(open.versions().size() - before);
    }
    for (int i = 0; i + 100 <= perTenth.size(); i++) {
      assertThat(perTenth.subList(i, i + 100).stream().mapToInt(n -> n).sum()).isBetween(6, 10);
    }
  }

  @Test
  void the_terminal_event_does_not_wait_for_the_rate_limit() {
    Open open = open(1);
    open.stream.changed(version(2));
    open.stream.changed(change(completed(A, 3)));
    assertThat(open.versions()).containsExactly(1L, 3L);
    assertThat(open.reader.ended).isTrue();
    passMillis(200);
    assertThat(open.versions()).containsExactly(1L, 3L);
  }

  @Test
  void a_reader_that_is_slow_gets_the_newest_version_when_it_can_take_it() {
    Open open = open(1);
    open.reader.full = true;
    for (int v = 2; v <= 90; v++) {
      open.stream.changed(version(v));
      passMillis(100);
    }
    assertThat(open.versions()).containsExactly(1L);
    open.reader.full = false;
    passMillis(50);
    assertThat(open.versions()).containsExactly(1L, 90L);
    assertThat(tally.cut()).isZero();
  }

  @Test
  void a_reader_that_takes_nothing_for_the_write_timeout_is_cut() {
    Open open = open(1);
    open.reader.full = true;
    pass(config.writeTimeout().minusSeconds(1));
    assertThat(open.reader.cut).isFalse();
    pass(Duration.ofSeconds(3));
    assertThat(open.reader.cut).isTrue();
    assertThat(tally.cut()).isEqualTo(1);
    assertThat(tally.open()).isZero();
  }

  @Test
  void a_reader_that_takes_a_little_now_and_then_is_not_cut() {
    Open open = open(1);
    for (int i = 2; i < 12; i++) {
      open.reader.full = true;
      open.stream.changed(version(i));
      pass(config.writeTimeout().minusSeconds(5));
      open.reader.full = false;
      passMillis(60);
    }
    assertThat(open.reader.cut).isFalse();
    assertThat(open.versions()).hasSize(11);
  }

  @Test
  void a_reader_that_does_not_take_the_end_is_cut_as_well() {
    Open open = open(1);
    open.stream.changed(version(2));
    open.reader.full = true;
    open.stream.expired(A);
    assertThat(tally.open()).isEqualTo(1);
    pass(config.writeTimeout().plusSeconds(2));
    assertThat(open.reader.cut).isTrue();
    assertThat(tally.open()).isZero();
  }

  @Test
  void a_heartbeat_comes_every_fifteen_seconds_and_never_later() {
    Open open = open(1);
    int last = 0;
    long sinceLast = 0;
    for (int tenth = 0; tenth < 600; tenth++) {
      passMillis(100);
      sinceLast += 100;
      if (open.reader.parser.comments() > last) {
        assertThat(open.reader.parser.comments()).isEqualTo(last + 1);
        assertThat(sinceLast).isBetween(13_900L, 15_000L);
        last++;
        sinceLast = 0;
      }
      assertThat(sinceLast).isLessThan(15_000L);
    }
    assertThat(last).isEqualTo(4);
  }

  @Test
  void the_heartbeats_of_a_storm_of_connects_are_spread_over_the_sweep() {
    List<Open> crowd = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      crowd.add(open(1));
    }
    pass(config.heartbeatEvery().minus(config.sweepEvery()).minusMillis(50));
    List<Long> byStep = new ArrayList<>();
    long before = 0;
    for (int i = 0; i < 22; i++) {
      passMillis(50);
      long now = crowd.stream().mapToLong(open -> open.reader.parser.comments()).sum();
      byStep.add(now - before);
      before = now;
    }
    assertThat(before).isEqualTo(200);
    assertThat(byStep).allMatch(count -> count <= 10);
  }

  @Test
  void a_stream_ends_with_its_token_after_saying_so_in_time() {
    Open open = open(version(1), false, time.now().plusSeconds(100));
    pass(Duration.ofSeconds(39));
    assertThat(open.reader.parser.last()).map(SseParser.Event::type).contains("status");
    pass(Duration.ofSeconds(2));
    assertThat(open.reader.parser.last())
        .contains(new SseParser.Event("token", "{\"expiresAt\":\"2025-01-09T10:01:40Z\"}", "1"));
    pass(Duration.ofSeconds(58));
    assertThat(open.reader.ended).isFalse();
    assertThat(open.reader.parser.events()).hasSize(2);
    pass(Duration.ofSeconds(2));
    assertThat(open.reader.ended).isTrue();
    assertThat(tally.open()).isZero();
  }

  @Test
  void an_expired_record_is_announced_and_ends_the_stream() {
    Open open = open(1);
    open.stream.expired(A);
    open.stream.expired(A);
    open.stream.changed(version(2));
    assertThat(open.reader.parser.last())
        .contains(new SseParser.Event("expired", "{\"uploadId\":\"a\"}", "1"));
    assertThat(open.versions()).containsExactly(1L);
    assertThat(open.reader.ended).isTrue();
  }

  @Test
  void a_reader_that_left_is_forgotten() {
    Open open = open(1);
    Open other = open(1);
    open.stream.changed(version(2));
    open.stream.closed();
    open.stream.closed();
    open.stream.changed(version(3));
    passMillis(500);
    assertThat(open.versions()).containsExactly(1L);
    assertThat(tally.open()).isEqualTo(1);
    assertThat(places.of(Records.OWNER)).isEqualTo(1);
    other.stream.closed();
    assertThat(tally.open()).isZero();
    assertThat(places.of(Records.OWNER)).isZero();
    assertThat(channel.runScheduledPendingTasks()).as("no timer is left").isEqualTo(-1);
  }

  @Test
  void a_drain_ends_all_in_even_waves_each_with_a_fresh_retry() {
    List<Open> crowd = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      crowd.add(open(1));
    }
    Future<Void> drained = streams.drain(Duration.ofSeconds(5));
    List<Long> openEverySecond = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      pass(Duration.ofSeconds(1));
      openEverySecond.add(tally.open());
    }
    assertThat(openEverySecond.subList(0, 4))
        .zipSatisfy(
            List.of(80L, 60L, 40L, 20L),
            (actual, expected) -> assertThat(actual).isBetween(expected - 4, expected + 4));
    passMillis(100);
    assertThat(drained.succeeded()).isTrue();
    assertThat(crowd)
        .allSatisfy(open -> {
          assertThat(open.reader.parser.retries()).containsExactly(1000L, 777L);
          assertThat(open.reader.ended).isTrue();
        });
  }

  @Test
  void those_that_have_left_take_no_part_in_the_waves() {
    List<Open> crowd = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      crowd.add(open(1));
    }
    // All of some spokes, so that a wave of those who left would be none.
    for (int i = 0; i < crowd.size(); i++) {
      if (i % 20 < 10) {
        crowd.get(i).stream.closed();
      }
    }
    var _ = streams.drain(Duration.ofSeconds(5));
    List<Long> openEverySecond = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      openEverySecond.add(tally.open());
      pass(Duration.ofSeconds(1));
    }
    assertThat(openEverySecond)
        .zipSatisfy(
            List.of(100L, 80L, 60L, 40L, 20L),
            (actual, expected) -> assertThat(actual).isBetween(expected - 4, expected + 4));
  }

  @Test
  void a_drain_does_not_wait_for_a_reader_that_is_stuck() {
    Open open = open(1);
    open.reader.full = true;
    Future<Void> drained = streams.drain(Duration.ofSeconds(1));
    pass(Duration.ofSeconds(2));
    assertThat(drained.isComplete()).isFalse();
    pass(Duration.ofSeconds(2));
    assertThat(drained.succeeded()).isTrue();
    assertThat(open.reader.cut).isTrue();
  }

  @Test
  void a_drain_of_nothing_is_done_at_once_and_one_in_no_time_ends_all_with_the_next_tick() {
    Future<Void> nothing = streams.drain(Duration.ofSeconds(5));
    channel.runPendingTasks();
    assertThat(nothing.succeeded()).isTrue();
    var others =
        new LoopStreams(channel.eventLoop(), config, time.ticker(), () -> Duration.ofMillis(1));
    assertThat(others.drain(Duration.ZERO).isComplete()).isFalse();
    channel.runPendingTasks();
    assertThat(others.drain(Duration.ZERO).isComplete()).isTrue();
  }

  @Test
  void one_stream_that_fails_does_not_stop_the_others() {
    Open broken = open(1);
    Open well = open(1);
    broken.reader.ended = true; // writing throws from now on
    broken.stream.changed(version(2));
    well.stream.changed(version(2));
    passMillis(200);
    assertThat(broken.reader.cut).isTrue();
    assertThat(well.versions()).containsExactly(1L, 2L);
    assertThat(well.reader.cut).isFalse();
  }
}
