package dev.headway;

import dev.headway.hub.TailReporter;
import dev.headway.status.ProcessingStatus;
import dev.headway.tail.TailListener;
import java.util.List;

/** Passes on to the hub what the tail tells: the two rooms do not know each other. */
record TailToHub(TailReporter hub) implements TailListener {
  @Override
  public void leased(String shardId) {
    hub.leased(shardId);
  }

  @Override
  public void changed(String shardId, List<ProcessingStatus> changes) {
    hub.changed(changes);
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
