package dev.headway.hub;

import static dev.headway.hub.Records.ENCODER;
import static dev.headway.hub.Records.change;
import static dev.headway.hub.Records.completed;
import static dev.headway.hub.Records.expiring;
import static dev.headway.hub.Records.id;
import static dev.headway.hub.Records.processing;
import static dev.headway.hub.Records.stalled;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.status.ProcessingStatus;
import dev.headway.status.UploadId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class WatchesTest {
  private static final UploadId A = id("a");

  private final ManualTime time = new ManualTime();
  private final MonotonicClock clock = new MonotonicClock(time.ticker());
  private final Board board = new Board(HubConfig.standard(), clock);
  private final LoopInbox loop =
      new LoopInbox(Runnable::run, 256, board::unwatch, (owner, self) -> {});
  private final List<String> marked = new ArrayList<>();
  private CompletableFuture<Void> outcome = CompletableFuture.completedFuture(null);
  private final StallWatch stallWatch =
      new StallWatch(
          board,
          clock,
          (id, version) -> {
            marked.add(id + " v" + version);
            return outcome;
          });
  private final ExpiryWatch expiryWatch =
      new ExpiryWatch(
          new Intake(board, new OwnerWatches(), ENCODER, time.wallClock()), time.wallClock());
  private final Patrol patrol = new Patrol(board, List.of(stallWatch, expiryWatch));

  private void watch(ProcessingStatus record) {
    board.watch(record.uploadId(), loop, change(record));
  }

  private void pass(Duration duration) {
    time.pass(duration);
    goRound();
  }

  private void goRound() {
    long ticks = Patrol.ROUND.dividedBy(Patrol.STEP);
    for (long i = 0; i <= ticks; i++) {
      patrol.tick();
    }
  }

  @Test
  void a_version_held_longer_than_its_promise_is_marked_once() {
    watch(processing(A, 3));
    pass(Records.PROMISE);
    assertThat(marked).isEmpty();
    pass(Duration.ofSeconds(1));
    pass(Duration.ofHours(1));
    assertThat(marked).containsExactly("a v3");
  }

  @Test
  void a_sign_of_life_starts_the_time_again() {
    watch(processing(A, 3));
    pass(Records.PROMISE.dividedBy(2));
    board.offer(change(processing(A, 4)));
    pass(Records.PROMISE.minusSeconds(1));
    assertThat(marked).isEmpty();
    pass(Duration.ofSeconds(2));
    assertThat(marked).containsExactly("a v4");
  }

  @Test
  void what_is_over_or_stalled_or_not_watched_is_left_alone() {
    watch(completed(id("over"), 3));
    watch(stalled(id("stalled"), 3));
    board.found(change(processing(id("unwatched"), 3)), clock.now());
    pass(Records.PROMISE.multipliedBy(3));
    assertThat(marked).isEmpty();
  }

  @Test
  void an_attempt_that_failed_is_made_again_after_a_while() {
    outcome = CompletableFuture.failedFuture(new IllegalStateException("the table is away"));
    watch(processing(A, 3));
    pass(Records.PROMISE.plusSeconds(1));
    pass(Duration.ofSeconds(1));
    assertThat(marked).hasSize(1);
    outcome = CompletableFuture.completedFuture(null);
    pass(Duration.ofSeconds(20));
    assertThat(marked).hasSize(2);
    pass(Duration.ofSeconds(20));
    assertThat(marked).hasSize(2);
  }

  @Test
  void subscribers_hear_once_when_the_life_of_their_record_ends() {
    watch(expiring(A, 3, Records.NOW.plusSeconds(10)));
    List<String> heard = new ArrayList<>();
    loop.subscriptions()
        .add(
            A,
            new Subscriber() {
              @Override
              public void changed(Change change) {
                heard.add("v" + change.version());
              }

              @Override
              public void expired(UploadId id) {
                heard.add("expired");
              }
            });
    time.pass(Duration.ofMillis(9_999));
    goRound();
    assertThat(heard).isEmpty();
    time.pass(Duration.ofMillis(1));
    goRound();
    goRound();
    assertThat(heard).containsExactly("expired");
  }
}
