package dev.headway.store;

import dev.headway.api.StatusJson;
import dev.headway.bench.MicroBench;
import dev.headway.status.ProcessingStatus;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** From the item of the table to the JSON of the contract. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RecordBenchmark {
  private final ProcessingStatus record = MicroBench.halfWay();
  private final StatusCodec codec = new StatusCodec();
  private final Map<String, AttributeValue> item = codec.encode(record);
  private final StatusJson json = new StatusJson();

  @Benchmark
  public ProcessingStatus decodeItem() {
    return codec.decode(item);
  }

  @Benchmark
  public Map<String, AttributeValue> encodeItem() {
    return codec.encode(record);
  }

  @Benchmark
  public byte[] encodeJson() {
    return json.encode(record);
  }
}
