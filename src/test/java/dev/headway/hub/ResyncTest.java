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
import java.util.List;
import java.util.Map;
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
  private final Intake intake = new Intake(board, ENCODER, time.wallClock());
  private final Readings readings = new Readings(config, clock, time.wallClock(), freshness);
  private final Resync resync = new Resync(board, readings, intake, table, clock, config);
  private final LoopInbox loop = new LoopInbox(Runnable::run, 256, board::unwatch);
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

  /** Lets time pass as the timer would see it. */
  private void run(Duration duration, boolean tailIsWell) {
    long steps = duration.toMillis() / 250;
    for (int i = 0; i < steps; i++) {
      time.passMillis(250);
      if (tailIsWell) {
        beat();
      }
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

  @Test
  void without_a_tail_the_watched_are_read_about_every_two_seconds_and_never_more_often() {
    watch(processing(A, 1));
    run(Duration.ofSeconds(20), false);
    assertThat(table.readsOfMany()).hasSizeBetween(9, 10).allMatch(List.of(A)::equals);
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
    assertThat(table.readsOfMany()).isEmpty();
  }

  @Test
  void it_stops_when_the_board_is_whole_again() {
    watch(processing(A, 1));
    run(Duration.ofSeconds(5), false);
    assertThat(table.readsOfMany()).isNotEmpty();
    int before = table.readsOfMany().size();
    run(Duration.ofSeconds(20), true);
    assertThat(table.readsOfMany()).hasSize(before);
  }

  @Test
  void without_watchers_nothing_is_read_and_neither_is_what_is_over() {
    board.found(change(processing(A, 1)), clock.now());
    watch(completed(B, 9));
    run(Duration.ofSeconds(10), false);
    assertThat(table.readsOfMany()).isEmpty();
  }

  @Test
  void readings_never_overlap_and_a_slow_one_is_waited_for() {
    watch(processing(A, 1));
    table.hold();
    run(Duration.ofSeconds(10), false);
    assertThat(table.readsOfMany()).hasSize(1);
    table.release();
    run(Duration.ofSeconds(3), false);
    assertThat(table.readsOfMany()).hasSizeGreaterThan(1);
  }

  @Test
  void a_failed_reading_is_tried_again() {
    watch(processing(A, 1));
    table.fail(true);
    run(Duration.ofSeconds(7), false);
    assertThat(table.readsOfMany()).hasSize(3);
    table.fail(false);
    table.write(processing(A, 2));
    run(Duration.ofSeconds(3), false);
    assertThat(heard).containsExactly("a v2");
  }

  @Test
  void after_a_loss_the_watched_are_read_even_if_the_board_is_whole_at_once() {
    watch(processing(A, 1));
    run(Duration.ofSeconds(5), true);
    number++; // a message is lost, and with it a change
    table.write(processing(A, 2));
    run(Duration.ofSeconds(5), true);
    assertThat(table.readsOfMany()).hasSize(1);
    assertThat(heard).containsExactly("a v2");
  }

  @Test
  void a_watched_record_that_is_gone_from_the_table_has_expired() {
    watch(processing(A, 1));
    table.delete(A);
    run(Duration.ofSeconds(3), false);
    assertThat(heard).containsExactly("a expired");
  }
}
