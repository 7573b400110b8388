package dev.headway;

import dev.headway.hub.TailReporter;
import dev.headway.status.ProcessingStatus;
import dev.headway.tail.TailListener;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;

/**
 * Passes on to the hub what the tail tells: the two rooms do not know each other.
 *
 * @param delay is told how long ago each change was written; by two wall clocks, so only good for
 *     looking at
 */
record TailToHub(TailReporter hub, InstantSource clock, Consumer<Duration> delay)
    implements TailListener {
  @Override
  public void leased(String shardId) {
    hub.leased(shardId);
  }

  @Override
  public void changed(String shardId, List<ProcessingStatus> changes) {
    hub.changed(changes);
    Instant now = clock.instant();
    for (ProcessingStatus change : changes) {
      if (!change.stalled()) { // the mark does not move the time of the last work
        delay.accept(Duration.between(change.updatedAt(), now));
      }
    }
  }

  @Override
  public void readToEnd(String shardId) {
    hub.readToEnd(shardId);
  }

  @Override
  public void ended(String shardId, List<String> children) {
    hub.ended(shardId, children);
  }

  @Override
  public void released(String shardId) {
    hub.released(shardId);
  }
}
