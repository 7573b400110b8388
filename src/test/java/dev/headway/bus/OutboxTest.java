package dev.headway.bus;

import static dev.headway.hub.Records.id;
import static dev.headway.hub.Records.processing;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.hub.BusMessage;
import dev.headway.hub.BusMessage.Changes;
import dev.headway.hub.BusMessage.TailHeartbeat;
import dev.headway.hub.Sender;
import dev.headway.status.ProcessingStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class OutboxTest {
  private static final Sender SELF = new Sender("n1", 1);

  private final Outbox outbox = new Outbox(SELF, 600);

  private static Changes changes(ProcessingStatus... records) {
    return new Changes(List.of(records));
  }

  private static TailHeartbeat heartbeat(long seconds) {
    return new TailHeartbeat(Duration.ofSeconds(seconds), Map.of(), Map.of());
  }

  private void putMany(int count) {
    for (int i = 0; i < count; i++) {
      outbox.put(changes(processing(id("u" + i), 1)));
    }
  }

  private List<Frame> takeAll() {
    List<Frame> taken = new ArrayList<>();
    for (Frame frame = outbox.take(); frame != null; frame = outbox.take()) {
      taken.add(frame);
    }
    return taken;
  }

  private Frame take() {
    return Objects.requireNonNull(outbox.take());
  }

  @Test
  void of_each_upload_only_the_newest_version_waits() {
    outbox.put(changes(processing(id("a"), 3), processing(id("b"), 1)));
    outbox.put(changes(processing(id("a"), 5)));
    outbox.put(changes(processing(id("a"), 4)));
    assertThat(takeAll())
        .containsExactly(
            new Frame(SELF, 1, changes(processing(id("a"), 5), processing(id("b"), 1))));
  }

  @Test
  void a_heartbeat_does_not_overtake_changes_and_the_last_one_replaces_those_before() {
    outbox.put(heartbeat(1));
    outbox.put(changes(processing(id("a"), 3)));
    outbox.put(heartbeat(2));
    assertThat(takeAll())
        .extracting(Frame::message)
        .containsExactly(changes(processing(id("a"), 3)), heartbeat(2));
  }

  @Test
  void frames_are_small_and_numbered_without_a_gap() {
    putMany(600);
    List<Frame> frames = takeAll();
    assertThat(frames).extracting(Frame::number).containsExactly(1L, 2L, 3L);
    assertThat(frames).extracting(frame -> size(frame.message())).containsExactly(250, 250, 100);
  }

  private static int size(BusMessage message) {
    return ((Changes) message).records().size();
  }

  @Test
  void when_too_much_waits_it_is_dropped_and_a_number_with_it() {
    outbox.put(heartbeat(1));
    putMany(601);
    assertThat(outbox.dropped()).isEqualTo(601);
    outbox.put(changes(processing(id("a"), 1)));
    Frame next = take();
    assertThat(next.number()).isEqualTo(2);
    assertThat(size(next.message())).isEqualTo(1);
    assertThat(take()).isEqualTo(new Frame(SELF, 3, heartbeat(1)));
  }

  @Test
  void what_waits_never_grows_beyond_its_bound() {
    for (int round = 0; round < 10; round++) {
      putMany(599);
    }
    assertThat(outbox.dropped()).isZero();
    assertThat(takeAll()).hasSize(3);
  }
}
