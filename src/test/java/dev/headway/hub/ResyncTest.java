package dev.headway.hub;

import static dev.headway.hub.Records.ENCODER;
import static dev.headway.hub.Records.change;
import static dev.headway.hub.Records.completed;
import static dev.headway.hub.Records.id;
import static dev.headway.hub.Records.processing;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.hub.BusMessage.TailHeartbeat;
import dev.headway.status.ProcessingStatus;
import dev.headway.status.UploadId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ResyncTest {
  private static final UploadId A = id("a");
  private static final UploadId B = id("b");
  private static final Sender TAIL = new Sender("tail", 1);

  private final ManualTime time = new ManualTime();
  private final MonotonicClock clock = new MonotonicClock(time.ticker());
  private final HubConfig config = HubConfig.standard();
  private final Freshness freshness = new Freshness();
  private final Board board = new Board(config, clock);
  private final FakeTable table = new FakeTable();
  private final Intake intake = new Intake(board, new OwnerWatches(), ENCODER, time.wallClock());
  private final Readings readings = new Readings(config, clock, time.wallClock(), freshness);
  private final SharedReads reads = new SharedReads(board, intake, table, config.readPatience());
  private final Resync resync = new Resync(board, readings, reads, clock, config);
  private final Patrol patrol = new Patrol(board, List.of(resync));
  private final LoopInbox loop =
      new LoopInbox(Runnable::run, 256, board::unwatch, (owner, self) -> {});
  private final List<String> heard = new ArrayList<>();
  private long number;

  @BeforeEach
  void list() {
    freshness.listed(Set.of("s1"), 0, 0);
  }

  private void watch(ProcessingStatus record) {
    table.write(record);
    board.found(change(record), clock.now());
    board.watch(record.uploadId(), loop, change(record));
    loop.subscriptions()
        .add(
            record.uploadId(),
            new Subscriber() {
              @Override
              public void changed(Change change) {
                heard.add(change.uploadId() + " v" + change.version());
              }

              @Override
              public void expired(UploadId id) {
                heard.add(record.uploadId() + " expired");
              }
            });
  }

  /** Lets time pass as the timers would see it. */
  private void run(Duration duration, boolean tailIsWell) {
    long steps = duration.dividedBy(Resync.STEP);
    for (int i = 0; i < steps; i++) {
      time.pass(Resync.STEP);
      if (tailIsWell && clock.now() % config.heartbeatEvery().toNanos() == 0) {
        beat();
      }
      patrol.tick();
      resync.tick();
    }
  }

  private void beat() {
    if (freshness.heard(TAIL, ++number, clock.now())) {
      freshness.listed(Set.of("s1"), clock.now(), clock.now());
    }
    freshness.heartbeat(
        TAIL,
        new TailHeartbeat(
            Duration.ofNanos(clock.now()), Map.of("s1", Optional.of(Duration.ZERO)), Map.of()),
        clock.now());
  }

  /** Watches uploads 1 to {@code count}, all read just now. */
  private void watchMany(int count) {
    for (int i = 1; i <= count; i++) {
      watch(processing(id("u" + i), 1));
    }
  }

  @Test
  void without_a_tail_the_watched_are_read_about_every_two_seconds_and_never_more_often() {
    watch(processing(A, 1));
    run(Duration.ofSeconds(20), false);
    assertThat(table.requests()).hasSizeBetween(9, 10).allMatch(List.of(A)::equals);
  }

  @Test
  void what_is_found_reaches_the_subscribers() {
    watch(processing(A, 1));
    watch(processing(B, 1));
    run(Duration.ofSeconds(3), false);
    table.write(processing(A, 4));
    run(Duration.ofSeconds(3), false);
    assertThat(heard).containsExactly("a v4");
  }

  @Test
  void nothing_is_read_while_the_board_is_whole() {
    watch(processing(A, 1));
    run(Duration.ofSeconds(20), true);
    assertThat(table.requests()).isEmpty();
  }

  @Test
  void a_tail_that_falls_silent_is_waited_for_a_second_and_a_half() {
    watch(processing(A, 1));
    run(Duration.ofSeconds(10), true);
    run(config.tailPatience().minus(Resync.STEP), false);
    assertThat(table.requests()).isEmpty();
    run(Resync.STEP, false);
    assertThat(table.requests()).hasSize(1);
    assertThat(readings.isWhole()).as("polls may still be answered from memory").isTrue();
  }

  @Test
  void it_stops_when_the_board_is_whole_again() {
    watch(processing(A, 1));
    run(Duration.ofSeconds(5), false);
    assertThat(table.requests()).isNotEmpty();
    int before = table.requests().size();
    run(Duration.ofSeconds(20), true);
    assertThat(table.requests()).hasSize(before);
  }

  @Test
  void without_watchers_nothing_is_read_and_neither_is_what_is_over() {
    board.found(change(processing(A, 1)), clock.now());
    watch(completed(B, 9));
    run(Duration.ofSeconds(10), false);
    assertThat(table.requests()).isEmpty();
  }

  @Test
  void many_go_a_hundred_to_a_request_and_four_requests_at_a_time() {
    watchMany(1_000);
    run(config.resyncEvery(), false);
    assertThat(table.requests()).hasSize(4).allMatch(ids -> ids.size() == 100);
    run(Resync.STEP.multipliedBy(2), false);
    assertThat(table.requests().stream().flatMap(Collection::stream).distinct()).hasSize(1_000);
    run(Resync.STEP.multipliedBy(20), false);
    assertThat(table.requests()).as("and then no more for a while").hasSize(10);
  }

  @Test
  void what_was_read_longest_ago_is_read_first() {
    watchMany(399);
    run(Duration.ofMillis(300), false);
    watch(processing(A, 1));
    run(Duration.ofMillis(300), false);
    watch(processing(B, 1));
    run(config.resyncEvery().minusMillis(600), false);
    assertThat(table.requests())
        .hasSize(4)
        .last()
        .satisfies(last -> assertThat(last).endsWith(A).doesNotContain(B));
  }

  @Test
  void a_request_with_room_takes_along_what_would_be_due_soon() {
    watch(processing(A, 1));
    run(Duration.ofMillis(400), false);
    watch(processing(B, 1));
    run(Duration.ofSeconds(20), false);
    assertThat(table.requests())
        .hasSizeBetween(9, 10)
        .allSatisfy(ids -> assertThat(ids).containsExactlyInAnyOrder(A, B));
  }

  @Test
  void a_viewer_who_asks_meanwhile_shares_the_reading_and_the_other_way_round() {
    watch(processing(A, 1));
    watch(processing(B, 1));
    table.hold();
    run(config.resyncEvery(), false);
    assertThat(table.requests()).hasSize(1);
    Load shared = reads.join(A, MonotonicClock.NEVER);
    assertThat(table.requests()).hasSize(1);
    table.release();
    assertThat(shared.done()).isDone();

    run(config.resyncEvery().minusMillis(100), false);
    table.hold();
    reads.join(A, MonotonicClock.NEVER);
    run(Duration.ofMillis(300), false);
    assertThat(table.requests()).hasSize(3).endsWith(List.of(A), List.of(B));
  }

  @Test
  void what_is_being_read_is_waited_for_and_then_tried_on_another_way() {
    watch(processing(A, 1));
    table.hold();
    run(Duration.ofMillis(3_900), false);
    assertThat(table.requests()).hasSize(1);
    run(Duration.ofMillis(200), false);
    assertThat(table.requests()).hasSize(2);
    table.write(processing(A, 2));
    table.release();
    run(Duration.ofSeconds(3), false);
    assertThat(heard).containsExactly("a v2");
  }

  @Test
  void a_failed_reading_is_tried_again_twice_a_second() {
    watchMany(1_000);
    table.fail(true);
    run(Duration.ofSeconds(7), false);
    assertThat(table.requests()).hasSizeBetween(11, 15);
    table.fail(false);
    table.write(processing(id("u777"), 2));
    run(Duration.ofSeconds(1), false);
    assertThat(heard).containsExactly("u777 v2");
  }

  @Test
  void a_request_that_can_only_fail_keeps_nobody_else_from_being_read() {
    watch(processing(A, 1));
    run(Duration.ofMillis(1), false);
    watchMany(300);
    table.failFor(A);
    run(Duration.ofSeconds(10), false);
    Set<UploadId> upToDate = new HashSet<>();
    board.forEachWatched((id, held) -> {
      if (readings.age(held).compareTo(Duration.ofSeconds(5)) < 0) {
        upToDate.add(id);
      }
    });
    assertThat(upToDate).hasSizeGreaterThanOrEqualTo(201);
  }

  @Test
  void after_a_loss_the_watched_are_read_even_if_the_board_is_whole_at_once() {
    watch(processing(A, 1));
    run(Duration.ofSeconds(5), true);
    number++; // a message is lost, and with it a change
    table.write(processing(A, 2));
    run(Duration.ofSeconds(5), true);
    assertThat(table.requests()).hasSize(1);
    assertThat(heard).containsExactly("a v2");
  }

  @Test
  void a_loss_while_an_upload_is_being_read_makes_that_reading_not_count() {
    watch(processing(A, 1));
    run(Duration.ofSeconds(5), true);
    number++;
    table.hold();
    run(config.heartbeatEvery().plusMillis(100), true); // shows the loss: the reading begins
    assertThat(table.requests()).hasSize(1);
    number++;
    table.write(processing(A, 2)); // after what the reading saw, and lost as well
    run(config.heartbeatEvery(), true);
    table.release();
    assertThat(readings.age(Objects.requireNonNull(board.peek(A)))).isPositive();
    run(Duration.ofSeconds(3), true);
    assertThat(heard).containsExactly("a v2");
    assertThat(table.requests()).hasSize(2);
  }

  @Test
  void what_was_read_longer_ago_than_the_stream_keeps_its_records_is_read_again() {
    watch(processing(A, 1));
    beat();
    time.pass(Duration.ofHours(23));
    beat();
    resync.tick();
    assertThat(table.requests()).isEmpty();
    run(Resync.STEP.multipliedBy(2), true);
    assertThat(table.requests()).hasSize(1);
  }

  @Test
  void a_watched_record_that_is_gone_from_the_table_has_expired() {
    watch(processing(A, 1));
    table.delete(A);
    run(Duration.ofSeconds(3), false);
    assertThat(heard).containsExactly("a expired");
  }
}
