package dev.headway.leads;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.BatchResultErrorEntry;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequest;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchResponse;
import software.amazon.awssdk.services.sqs.model.SendMessageRequest;
import software.amazon.awssdk.services.sqs.model.SendMessageResponse;

/** A queue that remembers what was sent, holds callers to the limits of SQS, and can refuse. */
final class FakeSqs implements SqsClient {
  final List<String> bodies = new ArrayList<>();
  int calls;

  /** Which entries are refused, and whether that is the sender's fault. */
  Predicate<SendMessageBatchRequestEntry> refuse = entry -> false;

  boolean senderFault;
  Runnable beforeCall = () -> {};

  @Override
  public SendMessageBatchResponse sendMessageBatch(SendMessageBatchRequest request) {
    beforeCall.run();
    calls++;
    int bytes = request.entries().stream().mapToInt(e -> e.messageBody().length()).sum();
    if (request.entries().isEmpty() || request.entries().size() > 10 || bytes > 256 * 1024) {
      throw new AssertionError(request.entries().size() + " entries of " + bytes + " bytes");
    }
    List<BatchResultErrorEntry> failed = new ArrayList<>();
    for (SendMessageBatchRequestEntry entry : request.entries()) {
      if (!entry.messageBody().chars().allMatch(c -> c < 0x80)) {
        throw new AssertionError("a message that SQS might refuse");
      }
      if (refuse.test(entry)) {
        failed.add(
            BatchResultErrorEntry.builder()
                .id(entry.id())
                .code("InternalError")
                .senderFault(senderFault)
                .build());
      } else {
        bodies.add(entry.messageBody());
      }
    }
    return SendMessageBatchResponse.builder().failed(failed).build();
  }

  @Override
  public SendMessageResponse sendMessage(SendMessageRequest request) {
    calls++;
    if (request.delaySeconds() == null || request.delaySeconds() > 900) {
      throw new AssertionError("a delay of " + request.delaySeconds() + " s");
    }
    bodies.add(request.messageBody());
    return SendMessageResponse.builder().build();
  }

  @Override
  public String serviceName() {
    return "sqs";
  }

  @Override
  public void close() {}
}
