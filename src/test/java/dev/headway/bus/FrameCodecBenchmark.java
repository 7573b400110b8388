package dev.headway.bus;

import dev.headway.bench.MicroBench;
import dev.headway.hub.BusMessage.Changes;
import dev.headway.hub.Sender;
import java.util.Collections;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Frames of the bus, with as many records as one turn of the tail brings. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class FrameCodecBenchmark {
  @Param({"1", "10"})
  public int records = 1;

  private final FrameCodec codec = new FrameCodec();
  private Frame frame = frame();
  private byte[] bytes = codec.encode(frame);

  @Setup
  public void fill() {
    frame = frame();
    bytes = codec.encode(frame);
  }

  private Frame frame() {
    return new Frame(
        new Sender("node-1", 1),
        1,
        new Changes(Collections.nCopies(records, MicroBench.halfWay())));
  }

  @Benchmark
  public byte[] encode() {
    return codec.encode(frame);
  }

  @Benchmark
  public Frame decode() throws UndecodableFrameException {
    return codec.decode(bytes);
  }
}
