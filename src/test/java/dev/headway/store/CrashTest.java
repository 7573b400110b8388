package dev.headway.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headway.status.BatchResult;
import dev.headway.status.Failure;
import dev.headway.status.OwnerId;
import dev.headway.status.ProcessingStatus;
import dev.headway.status.Progress;
import dev.headway.status.Stage;
import dev.headway.status.Status;
import dev.headway.status.UploadId;
import dev.headway.status.WriteOutcome;
import dev.headway.status.WriteOutcome.Unchanged;
import dev.headway.store.FlakyHttpClient.Break;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * A worker that dies, or whose network breaks, at any of its requests: what it leaves behind is
 * completed by the redelivery of its message.
 */
@ExtendWith(SharedDynamoDbLocal.class)
class CrashTest {
  private static final OwnerId OWNER = new OwnerId("ada");
  private static final BatchResult TEN = new BatchResult(10, 8, 2);
  private static final int ALWAYS = 0;

  private final DynamoDbLocal dynamoDb;
  private final ProcessingStatusService healthy;

  CrashTest(DynamoDbLocal dynamoDb) {
    this.dynamoDb = dynamoDb;
    this.healthy = service(dynamoDb.client());
  }

  /** An upload's whole work as messages that are delivered at least once. */
  private static List<Consumer<ProcessingStatusService>> messages(UploadId id) {
    return List.of(
        worker -> worker.createStatus(id, OWNER, "leads.csv", 300),
        worker -> worker.updateStatus(id, Status.UPLOADED, Stage.FILE_PROCESSING),
        worker -> worker.splitInto(id, 3, 30),
        worker -> worker.completeBatch(id, 1, TEN),
        worker -> worker.failBatch(id, 2),
        worker -> worker.completeBatch(id, 2, TEN),
        worker -> worker.completeBatch(id, 3, TEN));
  }

  @ParameterizedTest
  @EnumSource
  void a_crash_at_any_request_is_healed_by_the_redelivery(Break where) {
    int requests = deliverAll(UploadId.random(), ALWAYS, where, 1);
    assertThat(requests).isGreaterThanOrEqualTo(9);

    for (int crash = 1; crash <= requests; crash++) {
      var id = UploadId.random();
      deliverAll(id, crash, where, 1);

      assertEnded(id, "crash at request " + crash);
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_request_that_the_SDK_repeats_counts_once(Break where) {
    int requests = deliverAll(UploadId.random(), ALWAYS, where, 2);

    for (int broken = 1; broken <= requests; broken++) {
      var id = UploadId.random();
      deliverAll(id, broken, where, 2);

      assertEnded(id, "broken at request " + broken);
    }
  }

  private void assertEnded(UploadId id, String when) {
    ProcessingStatus end = healthy.getStatus(id).orElseThrow();
    assertThat(end.status()).as(when).isEqualTo(Status.COMPLETED);
    assertThat(end.progress()).as(when).isEqualTo(new Progress(3, 3, 0, 30, 30, 24, 6));
    // Created, uploaded, split, 1 done, 2 failed, 2 done, 3 done, completed: each exactly once.
    assertThat(end.version()).as(when).isEqualTo(8);
  }

  /** Delivers each message until it was handled without a failure, at most twice. */
  private int deliverAll(UploadId id, int broken, Break where, int attempts) {
    var network = new FlakyHttpClient(broken, where);
    try (network;
        var client = dynamoDb.client(network, attempts)) {
      var worker = service(client);
      for (var message : messages(id)) {
        try {
          message.accept(worker);
        } catch (SdkException died) {
          message.accept(worker);
        }
      }
    }
    return network.requests();
  }

  @Test
  void an_upload_whose_last_worker_died_before_the_end_is_ended_by_any_other_message() {
    var enders = new ArrayList<Consumer<UploadId>>();
    enders.add(id -> healthy.completeBatch(id, 1, TEN));
    enders.add(id -> healthy.failBatch(id, 1));
    enders.add(id -> healthy.completeBatch(id, 99, TEN));
    enders.add(id -> healthy.splitInto(id, 2, 20));
    enders.add(id -> healthy.splitInto(id, 7, 70));
    enders.add(healthy::completeProcessing);

    for (var ender : enders) {
      var id = countedButNotEnded();
      assertThat(healthy.getStatus(id).orElseThrow().status()).isEqualTo(Status.PROCESSING);

      ender.accept(id);

      assertThat(healthy.getStatus(id).orElseThrow().status()).isEqualTo(Status.COMPLETED);
    }
  }

  private UploadId countedButNotEnded() {
    var id = UploadId.random();
    healthy.createStatus(id, OWNER, "leads.csv", 300);
    healthy.splitInto(id, 2, 20);
    healthy.completeBatch(id, 1, TEN);
    try (var network = new FlakyHttpClient(2, Break.BEFORE);
        var client = dynamoDb.client(network, 1)) {
      assertThatThrownBy(() -> service(client).completeBatch(id, 2, TEN))
          .isInstanceOf(SdkException.class);
    }
    return id;
  }

  @Test
  void an_operation_whose_answer_was_lost_tells_the_record_that_it_wrote() {
    for (var operation :
        List.<Operation>of(
            (worker, id) -> worker.cancel(id),
            (worker, id) -> worker.setError(id, Failure.EMPTY),
            (worker, id) -> worker.markStalled(id, 1),
            (worker, id) -> worker.updateStatus(id, Status.UPLOADED, Stage.FILE_UPLOAD),
            (worker, id) -> worker.splitInto(id, 2, 20),
            (worker, id) -> worker.completeBatch(id, 1, TEN),
            (worker, id) -> worker.failBatch(id, 1))) {
      var id = UploadId.random();
      healthy.createStatus(id, OWNER, "leads.csv", 300);
      try (var network = new FlakyHttpClient(1, Break.AFTER);
          var client = dynamoDb.client(network, 2)) {
        var outcome = operation.apply(service(client), id);

        assertThat(outcome).isEqualTo(new Unchanged(healthy.getStatus(id).orElseThrow()));
        assertThat(outcome.current().orElseThrow().version()).isEqualTo(2);
      }
    }
  }

  @Test
  void a_failure_that_stays_is_thrown_and_nothing_was_written() {
    var id = UploadId.random();
    try (var network = new FlakyHttpClient(1, Break.BEFORE);
        var client = dynamoDb.client(network, 1)) {
      assertThatThrownBy(() -> service(client).createStatus(id, OWNER, "leads.csv", 300))
          .isInstanceOf(SdkException.class);
    }
    assertThat(healthy.getStatus(id)).isEmpty();
  }

  private ProcessingStatusService service(DynamoDbClient client) {
    return new ProcessingStatusService(
        client, dynamoDb.statusTable(), new TestClock(), Promises.DEFAULT);
  }

  private interface Operation {
    WriteOutcome apply(ProcessingStatusService worker, UploadId id);
  }
}
