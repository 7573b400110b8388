package dev.headway.tail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.amazonaws.services.dynamodbv2.streamsadapter.adapter.DynamoDBStreamsClientRecord;
import com.amazonaws.services.dynamodbv2.streamsadapter.model.DynamoDBStreamsProcessRecordsInput;
import dev.headway.status.ProcessingStatus;
import dev.headway.tail.RecordingListener.Changed;
import dev.headway.tail.RecordingListener.End;
import dev.headway.tail.RecordingListener.Ended;
import dev.headway.tail.RecordingListener.Leased;
import dev.headway.tail.RecordingListener.Released;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.OperationType;
import software.amazon.awssdk.services.dynamodb.model.Record;
import software.amazon.kinesis.exceptions.ShutdownException;
import software.amazon.kinesis.exceptions.ThrottlingException;
import software.amazon.kinesis.lifecycle.events.InitializationInput;
import software.amazon.kinesis.lifecycle.events.LeaseLostInput;
import software.amazon.kinesis.lifecycle.events.ShardEndedInput;
import software.amazon.kinesis.lifecycle.events.ShutdownRequestedInput;
import software.amazon.kinesis.processor.RecordProcessorCheckpointer;
import software.amazon.kinesis.retrieval.kpl.ExtendedSequenceNumber;

class ShardReaderTest {
  private static final String SHARD = "shard-1";

  private final AtomicLong now = new AtomicLong(1_000_000_000L);
  private final AtomicInteger checkpoints = new AtomicInteger();
  private final AtomicInteger failures = new AtomicInteger();
  private final ShardReaders readers = new ShardReaders();
  private final RecordingListener told = new RecordingListener();
  private @Nullable Exception checkpointFailure;
  private final RecordProcessorCheckpointer checkpointer = checkpointer();

  @Test
  void changes_are_told_between_the_lease_and_its_end() {
    ShardReader reader = leased(told);
    reader.processRecords(batch(Items.item("a", 1)));
    reader.leaseLost(LeaseLostInput.builder().build());
    assertThat(told.events())
        .map(Object::getClass)
        .containsExactly(Leased.class, Changed.class, Released.class);
    assertThat(readers.leases()).isEmpty();
  }

  @Test
  void a_read_that_found_nothing_proves_the_end() {
    ShardReader reader = leased(told);
    assertThat(reader.lease().sinceReadToEnd()).isEmpty();
    reader.processRecords(emptyRead(now.get()));
    tick(Duration.ofSeconds(5));
    assertThat(told.events()).contains(new End(SHARD));
    assertThat(readers.leases().getFirst().sinceReadToEnd()).contains(Duration.ofSeconds(5));
  }

  @Test
  void an_empty_batch_that_is_no_empty_read_proves_nothing() {
    ShardReader reader = leased(told);
    reader.processRecords(batch(List.of())); // KCL filtered records that were checkpointed
    assertThat(told.events()).doesNotContain(new End(SHARD));
  }

  @Test
  void an_empty_read_that_waited_behind_a_slow_listener_proves_nothing_any_more() {
    ShardReader reader = leased(told);
    long sentAt = now.get();
    tick(Duration.ofMillis(1001));
    reader.processRecords(emptyRead(sentAt));
    assertThat(told.events()).doesNotContain(new End(SHARD));
    reader.processRecords(emptyRead(now.get()));
    assertThat(told.events()).contains(new End(SHARD));
  }

  @Test
  void a_batch_in_which_nothing_can_be_read_is_checkpointed_all_the_same() {
    ShardReader reader = leased(told);
    tick(Duration.ofSeconds(1));
    reader.processRecords(batch(Items.oddItem("odd")));
    assertThat(RecordingListener.ofType(told.events(), Changed.class)).isEmpty();
    assertThat(checkpoints).hasValue(1);
  }

  @Test
  void checkpoints_are_a_second_apart_and_the_last_changes_get_one_without_another_change() {
    ShardReader reader = leased(told);
    reader.processRecords(batch(Items.item("a", 1)));
    assertThat(checkpoints).hasValue(0);
    tick(Duration.ofSeconds(1));
    reader.processRecords(batch(Items.item("a", 2)));
    reader.processRecords(batch(Items.item("a", 3)));
    assertThat(checkpoints).hasValue(1);
    tick(Duration.ofSeconds(1));
    reader.processRecords(emptyRead(now.get()));
    assertThat(checkpoints).hasValue(2);
    tick(Duration.ofSeconds(1));
    reader.processRecords(emptyRead(now.get()));
    assertThat(checkpoints).hasValue(2);
  }

  @Test
  void a_checkpoint_that_failed_is_repeated_an_interval_later() {
    ShardReader reader = leased(told);
    tick(Duration.ofSeconds(1));
    checkpointFailure = new ThrottlingException("too fast");
    reader.processRecords(batch(Items.item("a", 1)));
    checkpointFailure = null;
    reader.processRecords(emptyRead(now.get()));
    assertThat(checkpoints).hasValue(0);
    tick(Duration.ofSeconds(1));
    reader.processRecords(emptyRead(now.get()));
    assertThat(checkpoints).hasValue(1);
    assertThat(failures).hasValue(0);
  }

  @Test
  void a_stop_in_good_order_checkpoints_first() {
    ShardReader reader = leased(told);
    reader.processRecords(batch(Items.item("a", 1)));
    reader.shutdownRequested(ShutdownRequestedInput.builder().checkpointer(checkpointer).build());
    assertThat(checkpoints).hasValue(1);
  }

  @Test
  void what_the_listener_does_not_take_is_never_checkpointed_and_asks_for_a_restart() {
    ShardReader reader = leased(new RefusingListener());
    tick(Duration.ofSeconds(2));
    reader.processRecords(batch(Items.item("a", 1)));
    reader.processRecords(batch(Items.item("a", 2)));
    reader.processRecords(emptyRead(now.get()));
    reader.shutdownRequested(ShutdownRequestedInput.builder().checkpointer(checkpointer).build());
    assertThatIllegalStateException()
        .isThrownBy(
            () -> reader.shardEnded(ShardEndedInput.builder().checkpointer(checkpointer).build()));
    assertThat(checkpoints).hasValue(0);
    assertThat(failures).hasValue(1);
  }

  @Test
  void the_end_of_a_shard_names_its_children_once_and_is_checkpointed() {
    ShardReader reader = leased(told);
    checkpointFailure = new ThrottlingException("too fast");
    var ended = ShardEndedInput.builder().checkpointer(checkpointer).build();
    assertThatThrownBy(() -> reader.shardEnded(ended))
        .isEqualTo(checkpointFailure); // KCL repeats it
    checkpointFailure = null;
    reader.shardEnded(ended);
    reader.release();
    assertThat(checkpoints).hasValue(1);
    assertThat(told.events())
        .containsExactly(new Leased(SHARD), new Ended(SHARD, List.of("child-of-" + SHARD)));
  }

  @Test
  void after_the_run_is_over_a_reader_tells_nothing() {
    ShardReader reader = leased(told);
    readers.close();
    reader.processRecords(batch(Items.item("a", 1)));
    reader.leaseLost(LeaseLostInput.builder().build());
    leased(told);
    assertThat(told.events()).containsExactly(new Leased(SHARD), new Released(SHARD));
  }

  @Test
  void a_lease_lost_to_another_owner_is_no_failure() {
    ShardReader reader = leased(told);
    tick(Duration.ofSeconds(1));
    checkpointFailure = new ShutdownException("lease lost");
    reader.processRecords(batch(Items.item("a", 1)));
    assertThat(failures).hasValue(0);
  }

  private ShardReader leased(TailListener listener) {
    var decoder = new ChangeDecoder(Items::decode, InstantSource.fixed(Items.NOW), now::get);
    var reader =
        new ShardReader(
            new ShardReader.Context(
                decoder,
                listener,
                shard -> List.of("child-of-" + shard),
                Duration.ofSeconds(1),
                now::get,
                readers,
                failures::incrementAndGet));
    reader.initialize(
        InitializationInput.builder()
            .shardId(SHARD)
            .extendedSequenceNumber(ExtendedSequenceNumber.TRIM_HORIZON)
            .build());
    return reader;
  }

  private DynamoDBStreamsProcessRecordsInput batch(Map<String, AttributeValue> item) {
    return batch(List.of(change(item)));
  }

  private DynamoDBStreamsProcessRecordsInput batch(List<DynamoDBStreamsClientRecord> records) {
    return DynamoDBStreamsProcessRecordsInput.builder()
        .records(records)
        .checkpointer(checkpointer)
        .build();
  }

  private DynamoDBStreamsProcessRecordsInput emptyRead(long sentAt) {
    return batch(List.of()).toBuilder().millisBehindLatest(sentAt).build();
  }

  private static DynamoDBStreamsClientRecord change(Map<String, AttributeValue> item) {
    return DynamoDBStreamsClientRecord.fromRecord(
        Record.builder()
            .eventName(OperationType.MODIFY)
            .dynamodb(d ->
                d.newImage(item).sequenceNumber("1").approximateCreationDateTime(Instant.EPOCH))
            .build());
  }

  private void tick(Duration time) {
    now.addAndGet(time.toNanos());
  }

  /** Counts the calls of {@code checkpoint()}; the interface has a dozen other methods. */
  private RecordProcessorCheckpointer checkpointer() {
    return (RecordProcessorCheckpointer)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {RecordProcessorCheckpointer.class},
            (proxy, method, arguments) -> {
              if (checkpointFailure != null) {
                throw checkpointFailure;
              }
              return checkpoints.incrementAndGet() < 0;
            });
  }

  private static final class RefusingListener extends RecordingListener {
    @Override
    public void changed(String shardId, List<ProcessingStatus> changes) {
      throw new IllegalStateException("not now");
    }
  }
}
