package dev.headway.sse;

import dev.headway.api.StatusJson;
import dev.headway.bench.MicroBench;
import dev.headway.hub.Change;
import dev.headway.hub.Records;
import dev.headway.status.ProcessingStatus;
import io.vertx.core.buffer.Buffer;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What a node does once for a change, and what it does for each of its readers. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class StreamBenchmark {
  private final ProcessingStatus record = MicroBench.halfWay();
  private final byte[] json = new StatusJson().encode(record);
  private final Change[] rising =
      LongStream.rangeClosed(1, 1_024)
          .mapToObj(version -> Records.processing(Records.id("a"), version))
          .map(change -> new Change(change, r -> json))
          .toArray(Change[]::new);

  private Slot slot = new Slot(0);
  private int next;

  /** Once for each change. */
  @Benchmark
  public Buffer frame() {
    return Framing.STATUS.of(record.version(), json);
  }

  /** For each reader that keeps up. */
  @Benchmark
  public @Nullable Change offerAndTake() {
    offer();
    return slot.take();
  }

  /** For each reader whose socket is full: the newer one takes the place. */
  @Benchmark
  public @Nullable Change replaceAndTake() {
    offer();
    offer();
    return slot.take();
  }

  private void offer() {
    if (next == rising.length) {
      next = 0;
      slot = new Slot(0);
    }
    slot.offer(rising[next++]);
  }
}
