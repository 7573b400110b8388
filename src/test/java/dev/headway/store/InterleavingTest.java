package dev.headway.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headway.status.BatchResult;
import dev.headway.status.OwnerId;
import dev.headway.status.ProcessingStatus;
import dev.headway.status.Progress;
import dev.headway.status.Status;
import dev.headway.status.UploadId;
import dev.headway.status.WriteOutcome;
import dev.headway.status.WriteOutcome.Applied;
import dev.headway.status.WriteOutcome.Unchanged;
import dev.headway.store.FlakyHttpClient.Break;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Another worker comes exactly between two writes of one operation. */
@ExtendWith(SharedDynamoDbLocal.class)
class InterleavingTest {
  private static final OwnerId ADA = new OwnerId("ada");
  private static final OwnerId GRACE = new OwnerId("grace");
  private static final BatchResult TEN = new BatchResult(10, 8, 2);

  private final UploadId id = UploadId.random();
  private final TestClock clock = new TestClock();
  private final DynamoDbLocal dynamoDb;
  private final ProcessingStatusService other;

  InterleavingTest(DynamoDbLocal dynamoDb) {
    this.dynamoDb = dynamoDb;
    this.other = service(dynamoDb.client());
  }

  @Test
  void an_end_that_a_late_success_overtakes_ends_with_the_newer_counts() {
    split(2);
    other.completeBatch(id, 1, TEN);

    // Counted as failed, about to end as an error: but the batch is done after all, by a worker
    // that dies before it ends the upload itself.
    var outcome =
        beforeRequest(
            2,
            () -> {
              try (var network = new FlakyHttpClient(3, Break.BEFORE);
                  var dying = dynamoDb.client(network, 1)) {
                assertThatThrownBy(() -> service(dying).completeBatch(id, 2, TEN))
                    .isInstanceOf(SdkException.class);
              }
            },
            worker -> worker.failBatch(id, 2));

    var end = current();
    assertThat(outcome).isEqualTo(new Applied(end));
    assertThat(end.status()).isEqualTo(Status.COMPLETED);
    assertThat(end.progress()).isEqualTo(new Progress(2, 2, 0, 20, 20, 16, 4));
    assertThat(end.version()).isEqualTo(6); // created, split, 1 done, 2 failed, 2 done, ended
  }

  @Test
  void an_end_that_another_worker_sets_first_is_set_once() {
    split(1);

    var outcome =
        beforeRequest(
            2, () -> other.completeProcessing(id), worker -> worker.completeBatch(id, 1, TEN));

    assertThat(outcome).isEqualTo(new Applied(current()));
    assertThat(current().version()).isEqualTo(4); // created, split, counted, ended
  }

  @Test
  void a_cancellation_just_before_the_end_stands() {
    split(1);

    var outcome =
        beforeRequest(2, () -> other.cancel(id), worker -> worker.completeBatch(id, 1, TEN));

    assertThat(outcome.current()).contains(current());
    assertThat(current().status()).isEqualTo(Status.CANCELLED);
    assertThat(current().progress().completedBatches()).isEqualTo(1);
  }

  @Test
  void a_failed_batch_that_two_workers_bring_back_at_once_moves_once() {
    split(2);
    other.failBatch(id, 1);

    var outcome =
        beforeRequest(
            2,
            () -> other.completeBatch(id, 1, TEN),
            worker -> worker.completeBatch(id, 1, new BatchResult(10, 0, 10)));

    assertThat(outcome).isEqualTo(new Unchanged(current()));
    assertThat(current().progress()).isEqualTo(new Progress(2, 1, 0, 20, 10, 8, 2));
  }

  @Test
  void a_record_that_is_deleted_before_the_end_is_absent() {
    split(1);

    var outcome = beforeRequest(2, this::delete, worker -> worker.completeBatch(id, 1, TEN));

    assertThat(outcome).isEqualTo(new WriteOutcome.Absent());
    assertThat(other.getStatus(id)).isEmpty();
  }

  @Test
  void of_two_creations_over_an_expired_record_one_wins() {
    split(2);
    clock.advance(Duration.ofHours(24));

    var outcome = beforeRequest(2, () -> create(other, GRACE), worker -> create(worker, ADA));

    assertThat(outcome).isEqualTo(new Unchanged(current()));
    assertThat(current().isOwnedBy(GRACE)).isTrue();
    assertThat(current().version()).isEqualTo(3);
  }

  @Test
  void a_creation_goes_on_from_an_expired_version_though_it_is_deleted_meanwhile() {
    split(2);
    clock.advance(Duration.ofHours(24));

    var outcome = beforeRequest(2, this::delete, worker -> create(worker, ADA));

    assertThat(outcome).isEqualTo(new Applied(current()));
    assertThat(current().version()).isEqualTo(3);
  }

  private void split(int batches) {
    create(other, ADA);
    other.splitInto(id, batches, batches * 10);
  }

  private WriteOutcome create(ProcessingStatusService worker, OwnerId owner) {
    return worker.createStatus(id, owner, "leads.csv", 300);
  }

  private ProcessingStatus current() {
    return other.getStatus(id).orElseThrow();
  }

  private void delete() {
    var _ =
        dynamoDb
            .client()
            .deleteItem(r ->
                r.tableName(dynamoDb.statusTable().name())
                    .key(Map.of("uploadId", AttributeValue.fromS(id.value()))));
  }

  private WriteOutcome beforeRequest(
      int request, Runnable meanwhile, Function<ProcessingStatusService, WriteOutcome> operation) {
    var requests = new AtomicInteger();
    ExecutionInterceptor between =
        new ExecutionInterceptor() {
          @Override
          public void beforeExecution(
              Context.BeforeExecution context, ExecutionAttributes execution) {
            if (requests.incrementAndGet() == request) {
              meanwhile.run();
            }
          }
        };
    try (var http = UrlConnectionHttpClient.create();
        var client = dynamoDb.client(http, 1, between)) {
      var outcome = operation.apply(service(client));
      assertThat(requests).as("requests").hasValueGreaterThanOrEqualTo(request);
      return outcome;
    }
  }

  private ProcessingStatusService service(DynamoDbClient client) {
    return new ProcessingStatusService(client, dynamoDb.statusTable(), clock, Promises.DEFAULT);
  }
}
