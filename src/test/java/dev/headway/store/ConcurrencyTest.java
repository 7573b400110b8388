package dev.headway.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.status.BatchResult;
import dev.headway.status.OwnerId;
import dev.headway.status.Progress;
import dev.headway.status.Status;
import dev.headway.status.UploadId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real workers at once on one record; the version tells how many writes there were. */
@ExtendWith(SharedDynamoDbLocal.class)
class ConcurrencyTest {
  private static final int WORKERS = 32;
  private static final int BATCHES = 200;
  private static final BatchResult RESULT = new BatchResult(10, 7, 2);

  private final ProcessingStatusService service;
  private final UploadId id = UploadId.random();

  ConcurrencyTest(DynamoDbLocal dynamoDb) {
    this.service =
        new ProcessingStatusService(
            dynamoDb.client(), dynamoDb.statusTable(), new TestClock(), Promises.DEFAULT);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void batches_delivered_twice_in_any_order_count_once_and_end_the_upload_once(long seed)
      throws Exception {
    service.createStatus(id, new OwnerId("ada"), "leads.csv", 1);
    List<Callable<?>> deliveries = new ArrayList<>();
    for (int batch : numbers()) {
      deliveries.add(() -> service.completeBatch(id, batch, RESULT));
      deliveries.add(() -> service.completeBatch(id, batch, RESULT));
    }
    // The split is delivered twice as well, and as late as any batch.
    deliveries.add(() -> service.splitInto(id, BATCHES, BATCHES * 10));
    deliveries.add(() -> service.splitInto(id, BATCHES, BATCHES * 10));

    deliver(deliveries, seed);

    var end = service.getStatus(id).orElseThrow();
    assertThat(end.status()).isEqualTo(Status.COMPLETED);
    assertThat(end.progress())
        .isEqualTo(
            new Progress(
                BATCHES, BATCHES, 0, BATCHES * 10, BATCHES * 10, BATCHES * 7, BATCHES * 2));
    assertThat(end.version()).isEqualTo(1 + 1 + BATCHES + 1); // created, split, counted, ended
  }

  @ParameterizedTest
  @ValueSource(longs = {3})
  void failures_and_late_successes_of_the_same_batches_leave_exact_counts(long seed)
      throws Exception {
    service.createStatus(id, new OwnerId("ada"), "leads.csv", 1);
    // One batch more than is delivered here: the end must not cut the race short.
    service.splitInto(id, BATCHES + 1, BATCHES * 10);
    List<Callable<?>> deliveries = new ArrayList<>();
    for (int batch : numbers()) {
      deliveries.add(() -> service.failBatch(id, batch));
      if (batch % 2 == 0) {
        deliveries.add(() -> service.completeBatch(id, batch, RESULT));
      }
    }

    deliver(deliveries, seed);

    int half = BATCHES / 2;
    assertThat(service.getStatus(id).orElseThrow().progress())
        .isEqualTo(
            new Progress(BATCHES + 1, half, half, BATCHES * 10, half * 10, half * 7, half * 2));
    var end = service.completeBatch(id, BATCHES + 1, RESULT).current().orElseThrow();
    assertThat(end.status()).isEqualTo(Status.ERROR);
  }

  private static int[] numbers() {
    return IntStream.rangeClosed(1, BATCHES).toArray();
  }

  private static void deliver(List<Callable<?>> deliveries, long seed) throws Exception {
    Collections.shuffle(deliveries, new Random(seed));
    var queue = new ConcurrentLinkedQueue<>(deliveries);
    var workers = new ArrayList<Future<?>>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int worker = 0; worker < WORKERS; worker++) {
        workers.add(
            threads.submit(() -> {
              for (var next = queue.poll(); next != null; next = queue.poll()) {
                var _ = next.call();
              }
              return null;
            }));
      }
    }
    for (var worker : workers) {
      var _ = worker.get();
    }
  }
}
