package dev.headway.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse;
import dev.headway.leads.BatchDeadLetters;
import dev.headway.leads.BatchRows;
import dev.headway.leads.ChatModel;
import dev.headway.leads.LeadSplitter;
import dev.headway.leads.LeadStandardizer;
import dev.headway.leads.LeadStore;
import dev.headway.leads.LeadTable;
import dev.headway.leads.ModelException;
import dev.headway.leads.Pause;
import dev.headway.leads.SecondLook;
import dev.headway.leads.SplitDeadLetters;
import dev.headway.status.OwnerId;
import dev.headway.status.Status;
import dev.headway.status.UploadId;
import dev.headway.store.DynamoDbLocal;
import dev.headway.store.ProcessingStatusService;
import dev.headway.store.Promises;
import dev.headway.store.SharedDynamoDbLocal;
import java.io.InputStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.SendMessageRequest;
import software.amazon.awssdk.services.sqs.model.SendMessageResponse;

/** The functions behind queues, with an empty file and a model that has to be imagined. */
@ExtendWith(SharedDynamoDbLocal.class)
class QueueHandlersTest {
  private static final String TABLE = "Leads-handlers-test";

  private final UploadId id = UploadId.random();
  private final ProcessingStatusService statuses;
  private final LeadStore leads;
  private final BatchRows batches = new BatchRows(emptyObjects(), "bucket");

  QueueHandlersTest(DynamoDbLocal dynamo) {
    statuses =
        new ProcessingStatusService(
            dynamo.client(), dynamo.statusTable(), InstantSource.system(), Promises.DEFAULT);
    LeadTable.createIfAbsent(dynamo.client(), TABLE);
    leads = new LeadStore(dynamo.client(), TABLE, InstantSource.system());
    statuses.createStatus(id, new OwnerId("ann"), "a.csv", 0);
  }

  /** Object storage in which every object is there and empty. */
  private static S3Client emptyObjects() {
    return new S3Client() {
      @Override
      public <T> T getObject(
          GetObjectRequest request, ResponseTransformer<GetObjectResponse, T> transformer) {
        try {
          return transformer.transform(
              GetObjectResponse.builder().contentLength(0L).eTag("\"d41d8cd9\"").build(),
              AbortableInputStream.create(InputStream.nullInputStream()));
        } catch (Exception e) {
          throw new IllegalStateException(e);
        }
      }

      @Override
      public String serviceName() {
        return "s3";
      }

      @Override
      public void close() {}
    };
  }

  private static SqsClient acceptingQueue() {
    return new SqsClient() {
      @Override
      public SendMessageResponse sendMessage(SendMessageRequest request) {
        return SendMessageResponse.builder().build();
      }

      @Override
      public String serviceName() {
        return "sqs";
      }

      @Override
      public void close() {}
    };
  }

  private String notification() {
    return S3NotificationTest.event("ObjectCreated:Put", "uploads/" + id + ".csv", "\"size\":0,");
  }

  private String batch() {
    return "{\"v\":1,\"uploadId\":\""
        + id
        + "\",\"batch\":1,\"rows\":[{\"row\":1,\"fields\":{\"Name\":\"Ann\"}}]}";
  }

  private static List<String> failures(SQSBatchResponse response) {
    return response.getBatchItemFailures().stream()
        .map(SQSBatchResponse.BatchItemFailure::getItemIdentifier)
        .toList();
  }

  private Status status() {
    return statuses.getStatus(id).orElseThrow().status();
  }

  @Test
  void the_splitter_takes_what_S3_announces_and_returns_what_it_cannot_read() {
    SqsClient noQueue =
        new SqsClient() {
          @Override
          public String serviceName() {
            return "sqs";
          }

          @Override
          public void close() {}
        };
    LeadSplitterHandler handler =
        new LeadSplitterHandler(
            new LeadSplitter(
                statuses, emptyObjects(), noQueue, LeadSplitter.Config.of("http://q"), Pause.SLEEP),
            Redelivery.AS_THE_QUEUE_SAYS);
    SQSBatchResponse response =
        handler.handleRequest(
            DeliveriesTest.event("nonsense", notification(), "{\"Event\":\"s3:TestEvent\"}"),
            new FakeContext(1000));
    assertThat(failures(response)).containsExactly("m1");
    assertThat(status()).isEqualTo(Status.ERROR); // an empty file
  }

  @Test
  void the_caller_passes_on_how_long_it_may_run() {
    statuses.splitInto(id, 1, 1);
    List<Duration> left = new ArrayList<>();
    ChatModel model =
        (instructions, document, time) -> {
          left.add(time.left());
          return "{\"leads\":[{\"row\":1,\"firstName\":\"Ann\"}]}";
        };
    SQSBatchResponse response =
        caller(model).handleRequest(DeliveriesTest.event(batch()), new FakeContext(4321));
    assertThat(failures(response)).isEmpty();
    assertThat(left).containsExactly(Duration.ofMillis(4321));
    assertThat(status()).isEqualTo(Status.COMPLETED);
  }

  private DeepSeekCallerHandler caller(ChatModel model) {
    return new DeepSeekCallerHandler(
        new LeadStandardizer(statuses, batches, model, leads, 1), Redelivery.AS_THE_QUEUE_SAYS);
  }

  @Test
  void a_batch_without_an_answer_comes_again_and_its_dead_letter_ends_it() {
    statuses.splitInto(id, 1, 1);
    ChatModel silent =
        (instructions, document, time) -> {
          throw new ModelException("silence");
        };
    assertThat(
            failures(
                caller(silent).handleRequest(DeliveriesTest.event(batch()), new FakeContext(1000))))
        .containsExactly("m1");
    assertThat(status()).isEqualTo(Status.PROCESSING);

    BatchDeadLetterHandler handler =
        new BatchDeadLetterHandler(
            new BatchDeadLetters(
                statuses, batches, leads, new SecondLook(acceptingQueue(), "dead-letters")));
    assertThat(
            failures(
                handler.handleRequest(
                    DeliveriesTest.event(batch(), "nonsense"), new FakeContext(1000))))
        .isEmpty();
    assertThat(status()).isEqualTo(Status.ERROR);
  }

  @Test
  void a_dead_notification_ends_its_upload_and_nonsense_is_dropped() {
    SplitDeadLetterHandler handler = new SplitDeadLetterHandler(new SplitDeadLetters(statuses));
    assertThat(
            failures(
                handler.handleRequest(
                    DeliveriesTest.event("nonsense", notification()), new FakeContext(1000))))
        .isEmpty();
    assertThat(status()).isEqualTo(Status.ERROR);
  }
}
