package dev.headway.tail;

import java.time.Duration;
import software.amazon.kinesis.retrieval.polling.SleepTimeController;
import software.amazon.kinesis.retrieval.polling.SleepTimeControllerConfig;

/**
 * How long a shard's reading thread waits before it asks again. The adapter's own rule waits the
 * same after a read that found something, which on a busy shard never gives the empty read that
 * proves the end. Stateless: one instance serves all shards.
 */
record ReadPauses(Duration whenIdle, Duration whenBusy) implements SleepTimeController {
  @Override
  public long getSleepTimeMillis(SleepTimeControllerConfig lastRead) {
    Integer found = lastRead.lastRecordsCount(); // null after a read that failed
    return (found != null && found > 0 ? whenBusy : whenIdle).toMillis();
  }
}
