package dev.headway.hub;

import static dev.headway.hub.Records.ENCODER;
import static dev.headway.hub.Records.OWNER;
import static dev.headway.hub.Records.created;
import static dev.headway.hub.Records.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.hub.BusMessage.TailHeartbeat;
import dev.headway.status.OwnedUpload;
import dev.headway.status.OwnerId;
import dev.headway.status.ProcessingStatus;
import dev.headway.status.Status;
import dev.headway.status.UploadId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What those hear who watch an owner, from changes and from lists. */
class OwnerResyncTest {
  private static final Duration LATE = OwnerResync.LIST_IS_LATE;
  private static final Sender TAIL = new Sender("tail", 1);

  private final ManualTime time = new ManualTime();
  private final MonotonicClock clock = new MonotonicClock(time.ticker());
  private final HubConfig config = HubConfig.standard();
  private final FakeTable table = new FakeTable();
  private final Freshness freshness = new Freshness();
  private final Board board = new Board(config, clock);
  private final OwnerWatches owners = new OwnerWatches();
  private final Intake intake = new Intake(board, owners, ENCODER, time.wallClock());
  private final Readings readings = new Readings(config, clock, time.wallClock(), freshness);
  private final OwnerResync resync =
      new OwnerResync(
          owners,
          readings,
          freshness,
          new OwnerLists(table, config.readPatience(), clock),
          clock,
          config);
  private final LoopInbox loop = new LoopInbox(Runnable::run, 256, board::unwatch, owners::unwatch);
  private final List<String> heard = new ArrayList<>();

  private Subscription watch() {
    Subscription subscription =
        loop.owners()
            .add(
                OWNER,
                new Subscriber() {
                  @Override
                  public void changed(Change change) {
                    heard.add(change.uploadId() + "" + change.version());
                  }

                  @Override
                  public void expired(UploadId id) {
                    throw new AssertionError("nobody watches an upload here");
                  }

                  @Override
                  public void listed(List<OwnedUpload> uploads) {
                    heard.add(
                        uploads.stream().map(upload -> upload.uploadId().value()).toList() + "");
                  }
                });
    owners.watch(OWNER, loop, clock.now());
    return subscription;
  }

  private void tailIsWell() {
    long now = clock.now();
    freshness.listed(Set.of("s1"), now, now);
    freshness.heartbeat(
        TAIL,
        new TailHeartbeat(
            Duration.ofNanos(now), Map.of("s1", Optional.of(Duration.ZERO)), Map.of()),
        now);
  }

  /** Time goes by, and the tail is well all the time. */
  private void pass(Duration duration) {
    for (long ms = 0; ms < duration.toMillis(); ms += 100) {
      time.passMillis(100);
      tailIsWell();
      resync.tick();
    }
  }

  @Test
  void a_change_is_kept_for_those_who_watch_its_owner_although_nobody_watches_the_upload() {
    watch();
    intake.offer(created(id("a"), OWNER, 1));
    intake.offer(created(id("b"), new OwnerId("somebody else"), 1));
    assertThat(heard).containsExactly("a1");
    assertThat(board.peek(id("a"))).isNull();
  }

  @Test
  void who_watches_owner_and_upload_hears_of_a_change_once() {
    watch();
    ProcessingStatus first = created(id("a"), OWNER, 1);
    board.watch(id("a"), loop, new Change(first, ENCODER));
    intake.offer(Records.next(first, Status.PROCESSING));
    assertThat(heard).containsExactly("a2");
  }

  @Test
  void who_left_hears_nothing_and_costs_nothing() {
    watch().cancel();
    assertThat(owners.count()).isZero();
    intake.offer(created(id("a"), OWNER, 1));
    pass(LATE.multipliedBy(3));
    assertThat(heard).isEmpty();
    assertThat(table.lists()).isZero();
  }

  @Test
  void the_list_is_read_once_more_when_it_cannot_be_late_any_longer() {
    tailIsWell();
    watch();
    table.write(created(id("a"), OWNER, 1));
    pass(LATE.minusMillis(200));
    assertThat(table.lists()).isZero();
    pass(Duration.ofMinutes(1));
    assertThat(heard).containsExactly("[a]");
    assertThat(table.lists()).isEqualTo(1);
  }

  @Test
  void each_who_comes_later_has_the_list_read_again() {
    tailIsWell();
    watch();
    pass(Duration.ofSeconds(10));
    watch();
    pass(Duration.ofSeconds(10));
    assertThat(table.lists()).isEqualTo(2);
  }

  @Test
  void while_the_board_is_not_whole_the_list_is_read_as_often_as_a_poller_would() {
    watch();
    for (int tick = 0; tick < 200; tick++) {
      resync.tick();
      time.passMillis(100);
    }
    assertThat(table.lists()).isEqualTo(10);
  }

  @Test
  void after_messages_were_lost_the_list_is_read() {
    tailIsWell();
    watch();
    pass(Duration.ofSeconds(10));
    freshness.interrupted(clock.now());
    table.write(created(id("lost"), OWNER, 1));
    pass(Duration.ofSeconds(10));
    assertThat(heard).contains("[lost]");
    int lists = table.lists();
    pass(Duration.ofMinutes(1));
    assertThat(table.lists()).isEqualTo(lists);
  }

  @Test
  void a_list_that_cannot_be_read_is_tried_again() {
    tailIsWell();
    watch();
    table.fail(true);
    pass(Duration.ofSeconds(10));
    assertThat(table.lists()).isGreaterThan(2);
    table.fail(false);
    table.write(created(id("a"), OWNER, 1));
    pass(Duration.ofSeconds(3));
    assertThat(heard).containsExactly("[a]");
  }
}
