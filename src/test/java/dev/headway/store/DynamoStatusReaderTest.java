package dev.headway.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headway.status.BatchResult;
import dev.headway.status.FileMetadata;
import dev.headway.status.OwnedUpload;
import dev.headway.status.OwnerId;
import dev.headway.status.ProcessingStatus;
import dev.headway.status.UploadId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughputExceededException;

@ExtendWith(SharedDynamoDbLocal.class)
class DynamoStatusReaderTest {
  private static final Backoff QUICK = new Backoff(4, Duration.ofMillis(1), Duration.ofMillis(2));

  private final TestClock clock = new TestClock();
  private final CountingMeter meter = new CountingMeter();
  private final DynamoDbLocal dynamoDb;
  private final StatusTable table;
  private final ProcessingStatusService service;
  private final DynamoStatusReader reader;

  DynamoStatusReaderTest(DynamoDbLocal dynamoDb) {
    this.dynamoDb = dynamoDb;
    this.table = dynamoDb.statusTable();
    this.service = new ProcessingStatusService(dynamoDb.client(), table, clock, Promises.DEFAULT);
    this.reader = reader(dynamoDb.asyncClient());
  }

  @Test
  void a_record_is_read_as_it_was_written() throws Exception {
    var id = UploadId.random();
    create(id);
    service.splitInto(id, 3, 30);
    var written = service.failBatch(id, 2).current();

    assertThat(get(reader.read(id))).isEqualTo(written).isEqualTo(service.getStatus(id));
    assertThat(get(reader.readAll(List.of(id)))).containsEntry(id, written.orElseThrow());
  }

  @Test
  void what_is_missing_or_expired_is_absent() throws Exception {
    var missing = UploadId.random();
    var expired = UploadId.random();
    create(expired);
    clock.advance(Duration.ofHours(24));
    var alive = UploadId.random();
    create(alive);

    assertThat(get(reader.read(missing))).isEmpty();
    assertThat(get(reader.read(expired))).isEmpty();
    assertThat(get(reader.readAll(List.of(missing, expired, alive)))).containsOnlyKeys(alive);
  }

  @Test
  void many_are_read_a_hundred_at_a_time_and_each_once() throws Exception {
    var ids = new HashSet<UploadId>();
    for (int i = 0; i < 230; i++) {
      var id = UploadId.random();
      create(id);
      ids.add(id);
    }
    var twice = new ArrayList<>(ids);
    twice.addAll(ids);

    assertThat(get(reader.readAll(twice)).keySet()).isEqualTo(ids);
    assertThat(meter.calls.sum()).isEqualTo(3);
    assertThat(meter.asked.sum()).isEqualTo(230);
  }

  @Test
  void an_owners_uploads_are_listed_with_the_newest_first_and_page_by_page() throws Exception {
    var owner = new OwnerId("lister");
    var created = new ArrayList<OwnedUpload>();
    for (int i = 0; i < 7; i++) {
      var id = UploadId.random();
      var record = service.createStatus(id, owner, "leads.csv", 1).current().orElseThrow();
      created.addFirst(OwnedUpload.of(record));
      clock.advance(Duration.ofMillis(1));
    }
    create(UploadId.random());

    assertThat(get(reader.newestOf(owner, 100, Optional.empty()))).isEqualTo(created);
    var listed = new ArrayList<OwnedUpload>();
    List<OwnedUpload> page;
    do {
      var last = listed.isEmpty() ? null : listed.getLast();
      page = get(reader.newestOf(owner, 3, Optional.ofNullable(last)));
      listed.addAll(page);
    } while (page.size() == 3);
    assertThat(listed).isEqualTo(created);
    var between = new OwnedUpload(new UploadId("made-up"), created.get(3).createdAt().plusNanos(1));
    assertThat(get(reader.newestOf(owner, 2, Optional.of(between)))).first().isIn(created);
    assertThat(get(reader.newestOf(new OwnerId("nobody"), 3, Optional.empty()))).isEmpty();
  }

  @Test
  void none_are_read_without_asking() throws Exception {
    assertThat(get(reader.readAll(List.of()))).isEmpty();
    assertThat(meter.calls.sum()).isZero();
  }

  @Test
  void something_else_fails_its_own_read_and_is_left_out_of_a_batch() throws Exception {
    var foreign = UploadId.random();
    var _ =
        dynamoDb
            .client()
            .putItem(r ->
                r.tableName(table.name())
                    .item(Map.of("uploadId", AttributeValue.fromS(foreign.value()))));
    var alive = UploadId.random();
    create(alive);

    assertThatThrownBy(() -> get(reader.read(foreign)))
        .hasCauseInstanceOf(UndecodableRecordException.class);
    assertThat(get(reader.readAll(List.of(foreign, alive)))).containsOnlyKeys(alive);
    assertThat(meter.undecodable.sum()).isEqualTo(2);
  }

  @Test
  void the_sets_of_batches_are_not_fetched() throws Exception {
    var id = UploadId.random();
    create(id);
    service.completeBatch(id, 1, new BatchResult(1, 1, 0));
    var fetched = new ConcurrentLinkedQueue<Map<String, AttributeValue>>();
    var spying =
        reader(
            new StubClient() {
              @Override
              public CompletableFuture<BatchGetItemResponse> batchGetItem(
                  BatchGetItemRequest request) {
                return dynamoDb
                    .asyncClient()
                    .batchGetItem(request)
                    .whenComplete((r, _) -> fetched.addAll(r.responses().get(table.name())));
              }
            });

    assertThat(get(spying.readAll(List.of(id)))).containsOnlyKeys(id);
    assertThat(fetched)
        .singleElement()
        .satisfies(i -> assertThat(i).doesNotContainKey("doneBatches"));
  }

  @Test
  void keys_left_unprocessed_are_asked_for_again_until_all_are_read() throws Exception {
    var items = new HashMap<UploadId, Map<String, AttributeValue>>();
    for (int i = 0; i < 7; i++) {
      var id = new UploadId("u" + i);
      items.put(id, new StatusCodec().encode(record(id)));
    }
    // Answers three keys a call.
    var slow = new Throttled(items, 3);

    assertThat(get(reader(slow).readAll(items.keySet())).keySet()).isEqualTo(items.keySet());
    assertThat(slow.calls).hasValue(3);
    assertThat(meter.asked.sum()).isEqualTo(7 + 4 + 1);
    assertThat(meter.leftOut.sum()).isEqualTo(4 + 1);
  }

  @Test
  void a_table_that_goes_on_leaving_keys_out_fails_the_read() {
    var deaf = new Throttled(Map.of(), 0);

    assertThatThrownBy(() -> get(reader(deaf).readAll(List.of(new UploadId("u1")))))
        .hasCauseInstanceOf(ProvisionedThroughputExceededException.class);
    assertThat(deaf.calls).hasValue(QUICK.attempts());
  }

  @Test
  void a_call_that_fails_fails_the_whole_and_no_more_calls_follow() {
    var calls = new AtomicInteger();
    var broken =
        reader(
            new StubClient() {
              @Override
              public CompletableFuture<BatchGetItemResponse> batchGetItem(
                  BatchGetItemRequest request) {
                calls.incrementAndGet();
                return CompletableFuture.failedFuture(
                    DynamoDbException.builder().message("down").build());
              }
            });
    var ids = new ArrayList<UploadId>();
    for (int i = 0; i < 5_000; i++) {
      ids.add(new UploadId("u" + i));
    }

    assertThatThrownBy(() -> get(broken.readAll(ids))).hasCauseInstanceOf(DynamoDbException.class);
    assertThat(calls).hasValueLessThanOrEqualTo(8);
  }

  @Test
  void reading_returns_before_the_table_answers_and_asks_eight_calls_at_once() throws Exception {
    Queue<CompletableFuture<BatchGetItemResponse>> pending = new ArrayDeque<>();
    var waiting =
        reader(
            new StubClient() {
              @Override
              public CompletableFuture<BatchGetItemResponse> batchGetItem(
                  BatchGetItemRequest request) {
                var answer = new CompletableFuture<BatchGetItemResponse>();
                pending.add(answer);
                return answer;
              }
            });
    var ids = new ArrayList<UploadId>();
    for (int i = 0; i < 1_000; i++) {
      ids.add(new UploadId("u" + i));
    }

    var read = waiting.readAll(ids).toCompletableFuture();

    assertThat(read).isNotDone();
    assertThat(pending).hasSize(8);
    int answered = 0;
    for (var next = pending.poll(); next != null; next = pending.poll()) {
      next.complete(BatchGetItemResponse.builder().build());
      answered++;
    }
    assertThat(answered).isEqualTo(10);
    assertThat(get(read)).isEmpty();
  }

  private void create(UploadId id) {
    service.createStatus(id, new OwnerId("ada"), "leads.csv", 1);
  }

  private ProcessingStatus record(UploadId id) {
    return new StatusWrites(table, Promises.DEFAULT, new StatusCodec())
        .firstRecord(id, new OwnerId("ada"), new FileMetadata("leads.csv", 1), 1, clock.instant());
  }

  private DynamoStatusReader reader(DynamoDbAsyncClient client) {
    return new DynamoStatusReader(client, table, clock, meter, new Random(1), QUICK);
  }

  private static <T> T get(CompletionStage<T> stage)
      throws ExecutionException, InterruptedException, TimeoutException {
    return stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  private static class StubClient implements DynamoDbAsyncClient {
    @Override
    public String serviceName() {
      return "dynamodb";
    }

    @Override
    public void close() {}
  }

  /** Answers only so many keys of a call, and leaves the others unprocessed. */
  private final class Throttled extends StubClient {
    private final Map<UploadId, Map<String, AttributeValue>> items;
    private final int perCall;
    private final AtomicInteger calls = new AtomicInteger();

    Throttled(Map<UploadId, Map<String, AttributeValue>> items, int perCall) {
      this.items = items;
      this.perCall = perCall;
    }

    @Override
    public CompletableFuture<BatchGetItemResponse> batchGetItem(BatchGetItemRequest request) {
      calls.incrementAndGet();
      var wanted = request.requestItems().get(table.name());
      if (wanted == null) {
        throw new AssertionError("another table");
      }
      int answered = Math.min(perCall, wanted.keys().size());
      var found = new ArrayList<Map<String, AttributeValue>>();
      for (var key : wanted.keys().subList(0, answered)) {
        var item = items.get(new UploadId(Objects.requireNonNull(key.get("uploadId")).s()));
        if (item != null) {
          found.add(item);
        }
      }
      var left = wanted.keys().subList(answered, wanted.keys().size());
      return CompletableFuture.completedFuture(
          BatchGetItemResponse.builder()
              .responses(Map.of(table.name(), found))
              .unprocessedKeys(
                  left.isEmpty()
                      ? Map.of()
                      : Map.of(table.name(), KeysAndAttributes.builder().keys(left).build()))
              .build());
    }
  }

  private static final class CountingMeter implements ReadMeter {
    final LongAdder calls = new LongAdder();
    final LongAdder asked = new LongAdder();
    final LongAdder leftOut = new LongAdder();
    final LongAdder undecodable = new LongAdder();

    @Override
    public void asked(int records) {
      calls.increment();
      asked.add(records);
    }

    @Override
    public void leftOut(int records) {
      leftOut.add(records);
    }

    @Override
    public void undecodable() {
      undecodable.increment();
    }
  }
}
