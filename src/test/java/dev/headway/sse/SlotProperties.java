package dev.headway.sse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.hub.Change;
import dev.headway.hub.Records;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class SlotProperties {
  private static Change version(long version) {
    return Records.change(Records.processing(Records.id("a"), version));
  }

  /** Positive numbers are offers of that version, zero takes what waits. */
  @Property
  void what_is_taken_rises_strictly_and_ends_with_the_highest_offered(
      @ForAll @Size(max = 40) List<@IntRange(max = 12) Integer> steps,
      @ForAll @IntRange(max = 4) int seen) {
    var slot = new Slot(seen);
    List<Long> taken = new ArrayList<>();
    long highest = seen;
    for (int step : steps) {
      if (step > 0) {
        slot.offer(version(step));
        highest = Math.max(highest, step);
      } else {
        take(slot, taken);
      }
    }
    take(slot, taken);
    assertThat(taken).isSorted().doesNotHaveDuplicates().allMatch(version -> version > seen);
    assertThat(taken.isEmpty() ? seen : taken.getLast()).isEqualTo(highest);
  }

  private static void take(Slot slot, List<Long> taken) {
    Change waiting = slot.take();
    if (waiting != null) {
      taken.add(waiting.version());
    }
  }

  @Example
  void it_says_what_became_of_an_offer() {
    var slot = new Slot(3);
    assertThat(slot.offer(version(3))).isEqualTo(Slot.Outcome.STALE);
    assertThat(slot.offer(version(5))).isEqualTo(Slot.Outcome.KEPT);
    assertThat(slot.offer(version(4))).isEqualTo(Slot.Outcome.STALE);
    assertThat(slot.offer(version(6))).isEqualTo(Slot.Outcome.REPLACED);
    slot.take();
    assertThat(slot.offer(version(6))).isEqualTo(Slot.Outcome.STALE);
  }
}
