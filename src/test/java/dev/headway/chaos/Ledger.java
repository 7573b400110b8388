package dev.headway.chaos;

import dev.headway.status.UploadId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;

/** When the write of each version had returned to its writer. Any thread. */
final class Ledger {
  /**
   * One write.
   *
   * @param endedAt on the clock of arrivals
   */
  record Write(UploadId upload, long version, long endedAt) {}

  private final Map<UploadId, ConcurrentLinkedDeque<Write>> writes = new ConcurrentHashMap<>();

  void wrote(UploadId upload, long version, long endedAt) {
    writes
        .computeIfAbsent(upload, id -> new ConcurrentLinkedDeque<>())
        .add(new Write(upload, version, endedAt));
  }

  List<Write> of(UploadId upload) {
    var those = writes.get(upload);
    return those == null ? List.of() : List.copyOf(those);
  }

  /** The writes that ended in a span of time. */
  List<Write> between(long from, long to) {
    var found = new ArrayList<Write>();
    writes
        .values()
        .forEach(all ->
            all.stream().filter(w -> w.endedAt() >= from && w.endedAt() < to).forEach(found::add));
    return found;
  }

  int size() {
    return writes.values().stream().mapToInt(ConcurrentLinkedDeque::size).sum();
  }
}
