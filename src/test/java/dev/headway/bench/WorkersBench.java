package dev.headway.bench;

import dev.headway.status.BatchResult;
import dev.headway.status.OwnerId;
import dev.headway.status.Progress;
import dev.headway.status.Status;
import dev.headway.status.UploadId;
import dev.headway.store.DynamoDbLocal;
import dev.headway.store.ProcessingStatusService;
import dev.headway.store.Promises;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.DoubleAccumulator;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.ReturnConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemResponse;

/**
 * Many workers on the one record of one upload, with every tenth batch delivered twice, against
 * DynamoDB Local in this process. What a write costs is what DynamoDB Local says; a unit is a KB.
 */
final class WorkersBench {
  private static final int DELIVERED_TWICE = 10;
  private static final BatchResult RESULT = new BatchResult(10, 7, 3);

  private WorkersBench() {}

  static void main(String[] args) throws Exception {
    int workers = Options.number(args, "--workers", 32);
    try (var dynamoDb = DynamoDbLocal.start()) {
      run(dynamoDb, workers, 200); // warm-up, not reported
      System.out.printf(
          "%d workers, every %dth batch delivered twice%n%n", workers, DELIVERED_TWICE);
      System.out.println(
          "| batches | seconds | batches/s | writes | refused by their condition | sent again |"
              + " units, all | units, dearest write | counts |");
      System.out.println("|---|---|---|---|---|---|---|---|---|");
      for (int batches : List.of(10, 1_000, 2_000)) {
        System.out.println(run(dynamoDb, workers, batches));
      }
    }
  }

  private static String run(DynamoDbLocal dynamoDb, int workers, int batches) throws Exception {
    var meter = new Meter();
    var id = UploadId.random();
    try (var http = UrlConnectionHttpClient.create();
        var client = dynamoDb.client(http, 4, meter);
        var threads = Executors.newFixedThreadPool(workers)) {
      var service =
          new ProcessingStatusService(
              client, dynamoDb.statusTable(), InstantSource.system(), Promises.DEFAULT);
      service.createStatus(id, new OwnerId("bench"), "bench.csv", 1_000);
      service.splitInto(id, batches, batches * 10);
      var queue = new ConcurrentLinkedQueue<>(deliveries(batches));
      long start = System.nanoTime();
      var working = new ArrayList<Future<?>>();
      for (int i = 0; i < workers; i++) {
        working.add(
            threads.submit(() -> {
              for (var batch = queue.poll(); batch != null; batch = queue.poll()) {
                service.completeBatch(id, batch, RESULT);
              }
            }));
      }
      for (var worker : working) {
        worker.get();
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      var end = service.getStatus(id).orElseThrow();
      var expected =
          new Progress(batches, batches, 0, batches * 10, batches * 10, batches * 7, batches * 3);
      boolean exact = end.status() == Status.COMPLETED && end.progress().equals(expected);
      return "| %d | %.1f | %.0f | %d | %d | %d | %.0f | %.0f | %s |"
          .formatted(
              batches,
              seconds,
              batches / seconds,
              meter.writes.sum(),
              meter.refused.sum(),
              meter.sent.sum() - meter.writes.sum(),
              meter.units.sum(),
              meter.dearest.get(),
              exact ? "exact" : "WRONG: " + end.progress());
    }
  }

  private static List<Integer> deliveries(int batches) {
    var numbers = new ArrayList<>(IntStream.rangeClosed(1, batches).boxed().toList());
    IntStream.rangeClosed(1, batches / DELIVERED_TWICE)
        .forEach(i -> numbers.add(i * DELIVERED_TWICE));
    Collections.shuffle(numbers, new Random(batches));
    return numbers;
  }

  /** Counts the writes of one client. */
  private static final class Meter implements ExecutionInterceptor {
    private final LongAdder writes = new LongAdder();
    private final LongAdder sent = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final DoubleAdder units = new DoubleAdder();
    private final DoubleAccumulator dearest = new DoubleAccumulator(Math::max, 0);

    @Override
    public SdkRequest modifyRequest(Context.ModifyRequest context, ExecutionAttributes execution) {
      if (context.request() instanceof UpdateItemRequest update) {
        writes.increment();
        return update.toBuilder().returnConsumedCapacity(ReturnConsumedCapacity.TOTAL).build();
      }
      return context.request();
    }

    @Override
    public void beforeTransmission(
        Context.BeforeTransmission context, ExecutionAttributes execution) {
      if (context.request() instanceof UpdateItemRequest) {
        sent.increment();
      }
    }

    @Override
    public void afterExecution(Context.AfterExecution context, ExecutionAttributes execution) {
      if (context.response() instanceof UpdateItemResponse update) {
        units.add(update.consumedCapacity().capacityUnits());
        dearest.accumulate(update.consumedCapacity().capacityUnits());
      }
    }

    @Override
    public void onExecutionFailure(Context.FailedExecution context, ExecutionAttributes execution) {
      if (context.exception() instanceof ConditionalCheckFailedException) {
        refused.increment();
      }
    }
  }
}
