package dev.headway.hub;

import static dev.headway.hub.Records.change;
import static dev.headway.hub.Records.id;
import static dev.headway.hub.Records.processing;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.status.UploadId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PatrolTest {
  private static final int STEPS = (int) Patrol.ROUND.dividedBy(Patrol.STEP);

  private final Board board =
      new Board(HubConfig.standard(), new MonotonicClock(new ManualTime().ticker()));
  private final LoopInbox loop =
      new LoopInbox(Runnable::run, 256, board::unwatch, (owner, self) -> {});
  private final List<UploadId> seen = new ArrayList<>();
  private int rounds;
  private final Patrol patrol =
      new Patrol(
          board,
          List.of(
              new Patrol.Visitor() {
                @Override
                public void visit(UploadId id, Entry held) {
                  seen.add(id);
                }

                @Override
                public void roundIsOver() {
                  rounds++;
                }
              }));

  private void watch(int from, int to) {
    for (int i = from; i < to; i++) {
      board.watch(id("u" + i), loop, change(processing(id("u" + i), 1)));
    }
  }

  @Test
  void everything_is_seen_once_in_a_round_and_no_step_is_long() {
    watch(0, 10_000);
    for (int step = 0; step < STEPS; step++) {
      int before = seen.size();
      patrol.tick();
      assertThat(seen.size() - before).isEqualTo(10_000 / STEPS);
    }
    assertThat(Set.copyOf(seen)).hasSize(10_000);
    int ended = rounds;
    patrol.tick();
    assertThat(rounds).isEqualTo(ended + 1);
  }

  @Test
  void who_comes_during_a_round_is_seen_by_the_end_of_the_next() {
    watch(0, 1_000);
    for (int step = 0; step < STEPS / 2; step++) {
      patrol.tick();
    }
    watch(1_000, 1_100);
    for (int step = 0; step < 2 * STEPS; step++) {
      patrol.tick();
    }
    assertThat(new HashSet<>(seen)).hasSize(1_100);
  }

  @Test
  void who_is_not_watched_any_more_is_not_seen() {
    watch(0, 10);
    board.unwatch(id("u3"), loop);
    for (int step = 0; step < 2 * STEPS; step++) {
      patrol.tick();
    }
    assertThat(seen).hasSizeGreaterThanOrEqualTo(9).doesNotContain(id("u3"));
  }
}
