package dev.headway.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;

class KeptDataTest {
  @TempDir private Path data;

  @Test
  void items_objects_and_messages_survive_a_restart() throws Exception {
    var directory = data.resolve("kept here");
    try (var first = Emulators.start(config(directory))) {
      var sqs = first.aws().sqs();
      for (var body : new String[] {"done", "waiting", "in flight ü"}) {
        sqs.sendMessage(send -> send.queueUrl(first.queues().batches()).messageBody(body));
      }
      sqs.sendMessage(send -> send.queueUrl(first.queues().splitDeadLetters()).messageBody("dead"));
      var taken = receive(first, first.queues().batches(), 10, 3);
      for (var message : taken.values()) {
        // Back at once, hidden for 2 s, or gone.
        if (message.body().equals("done")) {
          sqs.deleteMessage(delete ->
              delete.queueUrl(first.queues().batches()).receiptHandle(message.receiptHandle()));
        } else {
          sqs.changeMessageVisibility(change ->
              change
                  .queueUrl(first.queues().batches())
                  .receiptHandle(message.receiptHandle())
                  .visibilityTimeout(message.body().equals("waiting") ? 0 : 2));
        }
      }
      Things.create(first.aws().dynamoDb());
      first
          .aws()
          .s3()
          .putObject(
              put -> put.bucket(Emulators.BUCKET).key("uploads/1.csv").contentType("text/csv"),
              RequestBody.fromString("a,b"));
    }

    try (var second = Emulators.start(config(directory))) {
      var messages = receive(second, second.queues().batches(), 10, 2);
      assertThat(messages).containsOnlyKeys("waiting", "in flight ü");
      assertThat(messages.values())
          .extracting(message ->
              message.attributes().get(MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT))
          .containsOnly("2");
      assertThat(receive(second, second.queues().splitDeadLetters(), 1, 1)).containsKey("dead");
      assertThat(receive(second, second.queues().split(), 1, 1).keySet())
          .singleElement()
          .asString()
          .contains("uploads/1.csv");
      assertThat(
              second
                  .aws()
                  .dynamoDb()
                  .getItem(get -> get.tableName(Things.TABLE).key(Things.KEY))
                  .item())
          .containsEntry("count", AttributeValue.fromN("7"));
      var object =
          second
              .aws()
              .s3()
              .getObjectAsBytes(get -> get.bucket(Emulators.BUCKET).key("uploads/1.csv"));
      assertThat(object.asUtf8String()).isEqualTo("a,b");
      assertThat(object.response().contentType()).isEqualTo("text/csv");
    }
  }

  @Test
  void a_directory_serves_one_stack_at_a_time() throws Exception {
    try (var first = Emulators.start(config(data))) {
      assertThat(first.queues().split()).isNotEmpty();
      assertThatThrownBy(() -> Emulators.start(config(data)))
          .isInstanceOf(CannotStartException.class)
          .hasMessageContaining("in use");
    }
    Emulators.start(config(data)).close();
  }

  @Test
  void a_directory_that_the_queues_could_not_use_is_refused_at_once() {
    assertThatThrownBy(() -> Emulators.start(config(data.resolve("a;b"))))
        .isInstanceOf(CannotStartException.class)
        .hasMessageContaining("semicolon");
  }

  @Test
  void a_directory_that_is_a_file_is_named() throws Exception {
    var file = Files.writeString(data.resolve("file"), "");
    assertThatThrownBy(() -> Emulators.start(config(file)))
        .isInstanceOf(CannotStartException.class)
        .hasMessageContaining(file.toString());
  }

  private static LocalConfig config(Path directory) {
    return new LocalConfig(FreePorts.first(), Optional.of(directory));
  }

  /** So many messages by their bodies; a message in flight comes when its time-out is over. */
  private static Map<String, Message> receive(
      Emulators emulators, String queue, int visibility, int count) {
    var messages = new HashMap<String, Message>();
    for (int i = 0; i < 20 && messages.size() < count; i++) {
      emulators
          .aws()
          .sqs()
          .receiveMessage(receive ->
              receive
                  .queueUrl(queue)
                  .maxNumberOfMessages(10)
                  .waitTimeSeconds(1)
                  .visibilityTimeout(visibility)
                  .messageSystemAttributeNames(MessageSystemAttributeName.ALL))
          .messages()
          .forEach(message -> messages.put(message.body(), message));
    }
    return messages;
  }
}
