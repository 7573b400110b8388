package dev.headway.hub;

import static dev.headway.hub.Records.change;
import static dev.headway.hub.Records.completed;
import static dev.headway.hub.Records.id;
import static dev.headway.hub.Records.processing;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.status.UploadId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BoardTest {
  private static final UploadId A = id("a");

  private final ManualTime time = new ManualTime();
  private final MonotonicClock clock = new MonotonicClock(time.ticker());
  private final HubConfig config = HubConfig.standard();
  private final Board board = new Board(config, clock);
  private final LoopInbox loop =
      new LoopInbox(Runnable::run, 256, board::unwatch, (owner, self) -> {});

  private void remember(UploadId id, long version) {
    board.found(change(processing(id, version)), clock.now());
  }

  private long held(UploadId id) {
    Entry entry = board.peek(id);
    return entry == null || entry.newest() == null ? 0 : entry.newest().version();
  }

  @Test
  void a_change_that_nobody_cares_for_is_not_wanted_and_not_kept() {
    assertThat(board.wants(A, 1)).isFalse();
    assertThat(board.offer(change(processing(A, 1)))).isEmpty();
    assertThat(board.peek(A)).isNull();
  }

  @Test
  void the_higher_version_stays_in_whatever_order_they_come() {
    remember(A, 5);
    board.offer(change(processing(A, 7)));
    board.offer(change(processing(A, 6)));
    board.found(change(processing(A, 4)), clock.now());
    assertThat(held(A)).isEqualTo(7);
    assertThat(board.wants(A, 7)).isFalse();
    assertThat(board.wants(A, 8)).isTrue();
  }

  @Test
  void nothing_replaces_a_terminal_version() {
    remember(A, 5);
    board.offer(change(completed(A, 6)));
    board.offer(change(processing(A, 7)));
    assertThat(held(A)).isEqualTo(6);
    assertThat(board.wants(A, 8)).isFalse();
  }

  @Test
  void only_loops_that_watch_hear_of_a_change_and_only_once() {
    remember(A, 1);
    assertThat(board.offer(change(processing(A, 2)))).isEmpty();
    board.watch(A, loop, change(processing(A, 2)));
    assertThat(board.offer(change(processing(A, 3)))).containsExactly(loop);
    assertThat(board.offer(change(processing(A, 3)))).isEmpty();
    board.unwatch(A, loop);
    assertThat(board.offer(change(processing(A, 4)))).isEmpty();
  }

  @Test
  void a_watcher_gets_the_newest_of_what_it_knows_and_what_the_board_has() {
    assertThat(board.watch(A, loop, change(processing(A, 3))).version()).isEqualTo(3);
    assertThat(board.watch(A, loop, change(processing(A, 2))).version()).isEqualTo(3);
    assertThat(board.watch(A, loop, change(processing(A, 4))).version()).isEqualTo(4);
  }

  @Test
  void the_recently_read_are_bounded_and_the_watched_are_not_counted() {
    Board small = new Board(sized(10), clock);
    List<UploadId> watched = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      UploadId id = id("watched-" + i);
      watched.add(id);
      small.watch(id, loop, change(processing(id, 1)));
    }
    for (int i = 0; i < 500; i++) {
      small.found(change(processing(id("read-" + i), 1)), clock.now());
    }
    assertThat(small.unpinnedCount()).isLessThanOrEqualTo(10);
    assertThat(watched).allSatisfy(id -> assertThat(small.peek(id)).isNotNull());
    watched.forEach(id -> small.unwatch(id, loop));
    assertThat(small.watchedCount()).isZero();
    assertThat(small.unpinnedCount()).isLessThanOrEqualTo(10);
  }

  @Test
  void an_upload_that_is_being_read_is_pinned() {
    Board small = new Board(sized(1), clock);
    small.join(A, MonotonicClock.NEVER);
    for (int i = 0; i < 100; i++) {
      small.found(change(processing(id("read-" + i), 1)), clock.now());
    }
    time.pass(config.retention().multipliedBy(10));
    assertThat(small.unpinnedCount()).isLessThanOrEqualTo(1);
    assertThat(small.wants(A, 1)).isTrue();
  }

  @Test
  void what_is_read_stays_and_what_only_changes_goes() {
    UploadId b = id("b");
    remember(A, 1);
    remember(b, 1);
    for (int i = 2; i <= 10; i++) {
      time.pass(config.retention().dividedBy(2));
      board.read(A);
      board.offer(change(processing(b, i)));
    }
    assertThat(held(A)).isEqualTo(1);
    assertThat(board.peek(b)).isNull();
  }

  @Test
  void an_unknown_upload_is_remembered_for_two_seconds_however_often_it_is_asked_for() {
    board.missing(A, clock.now());
    time.passMillis(1900);
    assertThat(board.read(A)).satisfies(entry -> assertThat(entry.isUnknown()).isTrue());
    time.passMillis(200);
    assertThat(board.read(A)).isNull();
  }

  @Test
  void a_creation_that_crosses_a_read_which_found_nothing_is_kept() {
    Load load = board.join(A, MonotonicClock.NEVER);
    time.passMillis(5);
    board.offer(change(processing(A, 1)));
    board.missing(A, load.startedAt());
    board.loaded(A, load);
    assertThat(held(A)).isEqualTo(1);
  }

  @Test
  void a_record_that_the_table_does_not_have_any_more_is_forgotten() {
    remember(A, 5);
    time.passMillis(5);
    board.missing(A, clock.now());
    assertThat(held(A)).isZero();
  }

  @Test
  void misses_join_a_read_that_is_under_way_unless_it_began_too_early() {
    Load first = board.join(A, MonotonicClock.NEVER);
    time.passMillis(5);
    assertThat(board.join(A, MonotonicClock.NEVER)).isSameAs(first);
    long now = clock.now();
    Load second = board.join(A, now);
    assertThat(second).isNotSameAs(first);
    board.loaded(A, first);
    assertThat(board.join(A, now)).isSameAs(second);
    assertThat(List.of(second.begin(), second.begin())).containsExactly(true, false);
  }

  @Test
  void a_failed_read_of_an_unknown_upload_leaves_nothing_behind() {
    Load load = board.join(A, MonotonicClock.NEVER);
    board.loaded(A, load);
    assertThat(board.peek(A)).isNull();
  }

  private HubConfig sized(int recentlyRead) {
    return new HubConfig(
        config.maxAge(),
        config.unknownFor(),
        config.staleFor(),
        config.retention(),
        recentlyRead,
        config.readPatience(),
        config.tailPatience(),
        config.resyncEvery(),
        config.heartbeatEvery(),
        config.sliceSize());
  }

  @Test
  void the_time_for_which_a_version_is_held_starts_with_the_version() {
    remember(A, 1);
    time.pass(Duration.ofSeconds(3));
    board.offer(change(processing(A, 2)));
    time.pass(Duration.ofSeconds(3));
    board.offer(change(processing(A, 2)));
    board.found(change(processing(A, 2)), clock.now());
    assertThat(board.peek(A))
        .extracting(Entry::heldSince)
        .isEqualTo(Duration.ofSeconds(3).toNanos());
  }
}
