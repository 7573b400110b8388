package dev.headway.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import dev.headway.leads.WorkInHandException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityRequest;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityResponse;

class DeliveriesTest {
  private final List<String> worked = new ArrayList<>();
  private final List<String> again = new ArrayList<>();

  static SQSEvent event(String... bodies) {
    List<SQSEvent.SQSMessage> messages = new ArrayList<>();
    for (int i = 0; i < bodies.length; i++) {
      SQSEvent.SQSMessage message = new SQSEvent.SQSMessage();
      message.setMessageId("m" + (i + 1));
      message.setReceiptHandle("handle-" + (i + 1));
      message.setBody(bodies[i]);
      message.setAttributes(Map.of("ApproximateReceiveCount", "2"));
      messages.add(message);
    }
    SQSEvent event = new SQSEvent();
    event.setRecords(messages);
    return event;
  }

  @Test
  void only_the_messages_that_failed_come_again_and_soon() {
    Deliveries deliveries =
        new Deliveries(message -> again.add(message.getMessageId()), Invocations.UNTRACED);
    SQSBatchResponse response =
        deliveries.each(
            event("a", "fails", "c"),
            new FakeContext(1_000),
            body -> {
              worked.add(body);
              if (body.equals("fails")) {
                throw new IllegalStateException("no");
              }
            });
    assertThat(worked).containsExactly("a", "fails", "c");
    assertThat(response.getBatchItemFailures())
        .extracting(SQSBatchResponse.BatchItemFailure::getItemIdentifier)
        .containsExactly("m2");
    assertThat(again).containsExactly("m2");
  }

  @Test
  void a_message_that_waits_for_others_comes_again_but_not_soon() {
    Deliveries deliveries =
        new Deliveries(message -> again.add(message.getMessageId()), Invocations.UNTRACED);
    SQSBatchResponse response =
        deliveries.each(
            event("a"),
            new FakeContext(1_000),
            body -> {
              throw new WorkInHandException("somebody has it");
            });
    assertThat(response.getBatchItemFailures())
        .extracting(SQSBatchResponse.BatchItemFailure::getItemIdentifier)
        .containsExactly("m1");
    assertThat(again).isEmpty();
  }

  @Test
  void an_event_without_messages_is_fine() {
    assertThat(
            new Deliveries(Redelivery.AS_THE_QUEUE_SAYS, Invocations.UNTRACED)
                .each(new SQSEvent(), new FakeContext(1_000), worked::add)
                .getBatchItemFailures())
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"0, 5", "1, 5", "2, 10", "3, 15", "4, 20", "50, 20"})
  void the_delay_grows_with_the_deliveries(int count, int seconds) {
    assertThat(QueueRedelivery.delayBehind(count)).isEqualTo(Duration.ofSeconds(seconds));
  }

  @Test
  void the_queue_is_told_and_its_refusal_does_no_harm() {
    List<ChangeMessageVisibilityRequest> requests = new ArrayList<>();
    SqsClient sqs =
        new SqsClient() {
          @Override
          public ChangeMessageVisibilityResponse changeMessageVisibility(
              ChangeMessageVisibilityRequest request) {
            requests.add(request);
            throw SdkClientException.create("not now");
          }

          @Override
          public String serviceName() {
            return "sqs";
          }

          @Override
          public void close() {}
        };
    new QueueRedelivery(sqs, "http://queue").soon(event("x").getRecords().getFirst());
    assertThat(requests).hasSize(1);
    assertThat(requests.getFirst().queueUrl()).isEqualTo("http://queue");
    assertThat(requests.getFirst().receiptHandle()).isEqualTo("handle-1");
    assertThat(requests.getFirst().visibilityTimeout()).isBetween(10, 11);
  }
}
