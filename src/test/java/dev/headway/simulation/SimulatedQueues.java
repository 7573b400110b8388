package dev.headway.simulation;

import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import dev.headway.status.UploadId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityRequest;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityResponse;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequest;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchResponse;
import software.amazon.awssdk.services.sqs.model.SendMessageRequest;
import software.amazon.awssdk.services.sqs.model.SendMessageResponse;
import software.amazon.awssdk.services.sqs.model.SqsException;

/**
 * Queues in memory: any order, at least once. A message that a worker holds is invisible until the
 * worker gives it back or the scheduler lets its visibility time out; one that was received too
 * often goes to the dead letters.
 */
final class SimulatedQueues implements SqsClient {
  /** The queues, by the address that messages are sent to. */
  enum Queue {
    SPLIT_DEAD,
    SPLIT,
    BATCH_DEAD,
    BATCH;

    private Queue deadLetters() {
      return switch (this) {
        case SPLIT, SPLIT_DEAD -> SPLIT_DEAD;
        case BATCH, BATCH_DEAD -> BATCH_DEAD;
      };
    }

    /** Whether a message leaves this queue when nobody can work it off. */
    private boolean hasDeadLetters() {
      return deadLetters() != this;
    }
  }

  /** One message; its queue changes when it dies. */
  static final class Message {
    private final int number;
    private final String body;
    private Queue queue;
    private int receives;
    private final BooleanSupplier due;
    private boolean visible = true;

    private Message(int number, Queue queue, String body, BooleanSupplier due) {
      this.number = number;
      this.queue = queue;
      this.body = body;
      this.due = due;
    }

    Queue queue() {
      return queue;
    }

    String body() {
      return body;
    }

    @Override
    public String toString() {
      return queue + " message " + number;
    }
  }

  private final Calls calls;
  private final int maxReceives;
  private final List<Message> messages = new ArrayList<>();
  private final List<Message> gone = new ArrayList<>();
  private final Supplier<BooleanSupplier> presentWork;
  private final boolean losesSecondLooks;
  private int sent;

  /**
   * Empty queues.
   *
   * @param presentWork tells from its call on whether everything has ended that was under way then:
   *     what a message waits for that is delayed by the longest run of a function
   */
  SimulatedQueues(
      Calls calls, int maxReceives, Supplier<BooleanSupplier> presentWork, Optional<Fault> fault) {
    this.calls = calls;
    this.maxReceives = maxReceives;
    this.presentWork = presentWork;
    this.losesSecondLooks = fault.filter(f -> f.suppresses(Fault.SECOND_LOOK)).isPresent();
  }

  Message add(Queue queue, String body) {
    var message = new Message(++sent, queue, body, () -> true);
    messages.add(message);
    return message;
  }

  /** What may be delivered now. */
  List<Message> visible() {
    return messages.stream().filter(m -> m.visible && m.due.getAsBoolean()).toList();
  }

  List<Message> held() {
    return messages.stream().filter(m -> !m.visible).toList();
  }

  /** What was deleted: SQS may deliver it once more all the same. */
  List<Message> gone() {
    return gone;
  }

  /** Whether this batch was sent at some time, whatever became of it. */
  boolean everHad(UploadId upload, int batch) {
    String start = "{\"v\":1,\"uploadId\":\"%s\",\"batch\":%d,".formatted(upload, batch);
    return Stream.concat(messages.stream(), gone.stream()).anyMatch(m -> m.body.startsWith(start));
  }

  void reappear(Message message) {
    message.visible = true;
  }

  /** Only in the queue that it was received from: dead letters are other messages. */
  void delete(Message message, Queue from) {
    if (message.queue == from && messages.remove(message)) {
      gone.add(message);
    }
  }

  /** Hands a message out, or moves it to the dead letters and says {@code false}. */
  boolean receive(Message message) {
    if (message.queue.hasDeadLetters() && message.receives >= maxReceives) {
      message.queue = message.queue.deadLetters();
      message.receives = 0;
      return false;
    }
    message.receives++;
    message.visible = false;
    return true;
  }

  static SQSEvent event(List<Message> messages) {
    var event = new SQSEvent();
    event.setRecords(
        messages.stream()
            .map(message -> {
              var record = new SQSEvent.SQSMessage();
              record.setMessageId(Integer.toString(message.number));
              record.setReceiptHandle(Integer.toString(message.number));
              record.setBody(message.body);
              record.setAttributes(
                  Map.of("ApproximateReceiveCount", Integer.toString(message.receives)));
              return record;
            })
            .toList());
    return event;
  }

  @Override
  public SendMessageBatchResponse sendMessageBatch(SendMessageBatchRequest request) {
    return calls.make(
        "sends " + request.entries().size() + " batches",
        () -> {
          for (SendMessageBatchRequestEntry entry : request.entries()) {
            var _ = add(Queue.valueOf(request.queueUrl()), entry.messageBody());
          }
          return SendMessageBatchResponse.builder().failed(List.of()).build();
        },
        SimulatedQueues::busy);
  }

  /** Only ever with the longest delay that there is. */
  @Override
  public SendMessageResponse sendMessage(SendMessageRequest request) {
    return calls.make(
        "sends a second look",
        () -> {
          if (!losesSecondLooks) {
            messages.add(
                new Message(
                    ++sent,
                    Queue.valueOf(request.queueUrl()),
                    request.messageBody(),
                    presentWork.get()));
          }
          return SendMessageResponse.builder().build();
        },
        SimulatedQueues::busy);
  }

  /** When a message comes again is the scheduler's choice, so this only takes a step. */
  @Override
  public ChangeMessageVisibilityResponse changeMessageVisibility(
      ChangeMessageVisibilityRequest request) {
    return calls.make(
        "asks for a redelivery",
        () -> ChangeMessageVisibilityResponse.builder().build(),
        SimulatedQueues::busy);
  }

  private static SqsException busy(String why) {
    return (SqsException) SqsException.builder().statusCode(503).message(why).build();
  }

  @Override
  public String serviceName() {
    return "sqs";
  }

  @Override
  public void close() {}
}
