package dev.headway.bus;

import dev.headway.hub.BusMessage;
import dev.headway.hub.BusMessage.Changes;
import dev.headway.hub.BusMessage.TailHeartbeat;
import dev.headway.hub.Sender;
import dev.headway.status.ProcessingStatus;
import dev.headway.status.UploadId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What waits to be sent to the other nodes: the newest version of each upload, and the last
 * heartbeat, which never overtakes the changes that it vouches for. Bounded: when more uploads wait
 * than fit, all are dropped together with a frame's number, by which the receivers notice and read
 * the table instead. Any thread.
 */
final class Outbox {
  /** Uploads that may wait; about 10 MB. */
  static final int CAPACITY = 10_000;

  /** Records in one frame, which makes it about 100 kB: a node that receives it is not held up. */
  static final int FRAME = 250;

  private final Sender self;
  private final int capacity;
  private final Map<UploadId, ProcessingStatus> changes = new LinkedHashMap<>();
  private @Nullable TailHeartbeat heartbeat;
  private long number;
  private long dropped;

  Outbox(Sender self, int capacity) {
    this.self = self;
    this.capacity = capacity;
  }

  synchronized void put(BusMessage message) {
    switch (message) {
      case Changes(List<ProcessingStatus> records) -> records.forEach(this::put);
      case TailHeartbeat said -> heartbeat = said;
    }
  }

  private void put(ProcessingStatus record) {
    changes.merge(
        record.uploadId(),
        record,
        (waiting, newer) -> newer.version() > waiting.version() ? newer : waiting);
    if (changes.size() > capacity) {
      dropped += changes.size();
      changes.clear();
      number++;
    }
  }

  /** Takes the next frame out; null when nothing waits. */
  synchronized @Nullable Frame take() {
    if (!changes.isEmpty()) {
      return new Frame(self, ++number, new Changes(some()));
    }
    TailHeartbeat said = heartbeat;
    heartbeat = null;
    return said == null ? null : new Frame(self, ++number, said);
  }

  private List<ProcessingStatus> some() {
    var taken = new ArrayList<ProcessingStatus>(Math.min(FRAME, changes.size()));
    var waiting = changes.values().iterator();
    while (waiting.hasNext() && taken.size() < FRAME) {
      taken.add(waiting.next());
      waiting.remove();
    }
    return taken;
  }

  synchronized boolean isEmpty() {
    return changes.isEmpty() && heartbeat == null;
  }

  /** Records that were dropped because too many waited, since the start. */
  synchronized long dropped() {
    return dropped;
  }
}
