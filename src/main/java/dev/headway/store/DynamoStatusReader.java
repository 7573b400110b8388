package dev.headway.store;

import dev.headway.status.OwnedUpload;
import dev.headway.status.OwnerId;
import dev.headway.status.ProcessingStatus;
import dev.headway.status.StatusReader;
import dev.headway.status.UploadId;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;

/**
 * Reads of the status table that hold no thread while they wait, for event loops. Any thread;
 * results come on threads of the SDK.
 *
 * <p>A record whose life is over is absent, however late DynamoDB deletes it. Reads leave out the
 * sets of batches that only writers need.
 */
public final class DynamoStatusReader implements StatusReader {
  private static final Logger LOG = LoggerFactory.getLogger(DynamoStatusReader.class);

  /** Calls of one {@link #readAll} under way at once: ten thousand uploads in some ten rounds. */
  private static final int LANES = 8;

  private final DynamoDbAsyncClient client;
  private final String table;
  private final InstantSource clock;
  private final ReadMeter meter;
  private final Backoff backoff;
  private final RandomGenerator random;
  private final StatusCodec codec = new StatusCodec();

  /**
   * @param clock wall time, which the life of a record is about
   */
  public DynamoStatusReader(
      DynamoDbAsyncClient client,
      StatusTable table,
      InstantSource clock,
      ReadMeter meter,
      RandomGenerator random) {
    this(client, table, clock, meter, random, Backoff.DEFAULT);
  }

  DynamoStatusReader(
      DynamoDbAsyncClient client,
      StatusTable table,
      InstantSource clock,
      ReadMeter meter,
      RandomGenerator random,
      Backoff backoff) {
    this.client = client;
    this.table = table.name();
    this.clock = clock;
    this.meter = meter;
    this.random = random;
    this.backoff = backoff;
  }

  /**
   * {@inheritDoc}
   *
   * <p>Fails with an {@link UndecodableRecordException} where there is something else than a
   * record.
   */
  @Override
  public CompletionStage<Optional<ProcessingStatus>> read(UploadId id) {
    meter.asked(1);
    return client
        .getItem(request ->
            request
                .tableName(table)
                .key(StatusReads.keyOf(id))
                .consistentRead(true)
                .projectionExpression(StatusReads.PROJECTION)
                .expressionAttributeNames(StatusReads.NAMES))
        .thenApply(response -> {
          if (response.item().isEmpty()) {
            return Optional.empty();
          }
          try {
            return living(response.item());
          } catch (UndecodableRecordException e) {
            meter.undecodable();
            throw e;
          }
        });
  }

  /**
   * {@inheritDoc}
   *
   * <p>Keys that DynamoDB leaves unprocessed are asked for again, later and later; when it goes on
   * like that the stage fails as DynamoDB's own throttling would, rather than take for absent what
   * was not read. A record that cannot be decoded is logged and left out: it must not keep a node
   * from reading ten thousand others.
   */
  @Override
  public CompletionStage<Map<UploadId, ProcessingStatus>> readAll(Collection<UploadId> ids) {
    Queue<List<UploadId>> calls = new ConcurrentLinkedQueue<>(inCalls(ids));
    var found = new ConcurrentHashMap<UploadId, ProcessingStatus>();
    CompletableFuture<?>[] lanes =
        IntStream.range(0, Math.min(LANES, calls.size()))
            .mapToObj(_ -> drain(calls, found))
            .toArray(CompletableFuture<?>[]::new);
    return CompletableFuture.allOf(lanes).thenApply(_ -> Map.copyOf(found));
  }

  /**
   * {@inheritDoc}
   *
   * <p>One call of at most 1 MB, which holds some hundred keys of any length many times over.
   */
  @Override
  public CompletionStage<List<OwnedUpload>> newestOf(
      OwnerId owner, int limit, Optional<OwnedUpload> after) {
    meter.asked(1);
    return client
        .query(StatusReads.newestOf(table, owner, limit, after))
        .thenApply(response -> response.items().stream().map(StatusReads::owned).toList());
  }

  private static List<List<UploadId>> inCalls(Collection<UploadId> ids) {
    // DynamoDB refuses a call that names a key twice.
    var distinct = new ArrayDeque<>(new LinkedHashSet<>(ids));
    var calls = new ArrayList<List<UploadId>>();
    while (!distinct.isEmpty()) {
      var call = new ArrayList<UploadId>();
      while (call.size() < StatusReads.MOST_KEYS && !distinct.isEmpty()) {
        call.add(distinct.remove());
      }
      calls.add(call);
    }
    return calls;
  }

  private CompletableFuture<Void> drain(
      Queue<List<UploadId>> calls, Map<UploadId, ProcessingStatus> found) {
    List<UploadId> next = calls.poll();
    if (next == null) {
      return CompletableFuture.completedFuture(null);
    }
    List<Map<String, AttributeValue>> keys = next.stream().map(StatusReads::keyOf).toList();
    return readCall(keys, found, 1)
        .whenComplete((_, failure) -> {
          if (failure != null) {
            calls.clear(); // The whole fails: the other lanes need not go on.
          }
        })
        .thenCompose(_ -> drain(calls, found));
  }

  private CompletableFuture<Void> readCall(
      List<Map<String, AttributeValue>> keys, Map<UploadId, ProcessingStatus> found, int attempt) {
    meter.asked(keys.size());
    KeysAndAttributes wanted = StatusReads.wanted(keys);
    return client
        .batchGetItem(request -> request.requestItems(Map.of(table, wanted)))
        .thenCompose(response -> {
          response.responses().getOrDefault(table, List.of()).forEach(i -> keep(i, found));
          KeysAndAttributes left = response.unprocessedKeys().get(table);
          if (left == null || left.keys().isEmpty()) {
            return CompletableFuture.completedFuture(null);
          }
          meter.leftOut(left.keys().size());
          return backoff
              .after(attempt, random)
              .map(delay -> readLater(left.keys(), found, attempt + 1, delay))
              .orElseGet(
                  () -> CompletableFuture.failedFuture(StatusReads.throttled(left.keys().size())));
        });
  }

  private CompletableFuture<Void> readLater(
      List<Map<String, AttributeValue>> keys,
      Map<UploadId, ProcessingStatus> found,
      int attempt,
      Duration delay) {
    Executor later = CompletableFuture.delayedExecutor(delay.toNanos(), TimeUnit.NANOSECONDS);
    return CompletableFuture.runAsync(() -> {}, later)
        .thenCompose(_ -> readCall(keys, found, attempt));
  }

  private void keep(Map<String, AttributeValue> item, Map<UploadId, ProcessingStatus> found) {
    try {
      living(item).ifPresent(record -> found.put(record.uploadId(), record));
    } catch (UndecodableRecordException e) {
      meter.undecodable();
      LOG.warn("Left out: {}", e.getMessage());
    }
  }

  private Optional<ProcessingStatus> living(Map<String, AttributeValue> item) {
    ProcessingStatus record = codec.decode(item);
    return record.isExpired(clock.instant()) ? Optional.empty() : Optional.of(record);
  }
}
