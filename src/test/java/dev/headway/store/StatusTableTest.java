package dev.headway.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.tuple;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ProjectionType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;
import software.amazon.awssdk.services.dynamodb.model.TimeToLiveStatus;

@ExtendWith(SharedDynamoDbLocal.class)
class StatusTableTest {
  private final DynamoDbLocal dynamoDb;

  StatusTableTest(DynamoDbLocal dynamoDb) {
    this.dynamoDb = dynamoDb;
  }

  @Test
  void the_table_is_what_the_contract_says() {
    var arn = new StatusTable("Contract").createIfAbsent(dynamoDb.client());

    var table = dynamoDb.client().describeTable(r -> r.tableName("Contract")).table();
    assertThat(table.keySchema()).containsExactly(key("uploadId", KeyType.HASH));
    assertThat(table.streamSpecification().streamViewType()).isEqualTo(StreamViewType.NEW_IMAGE);
    assertThat(table.latestStreamArn()).isEqualTo(arn);
    assertThat(table.billingModeSummary().billingMode()).isEqualTo(BillingMode.PAY_PER_REQUEST);
    assertThat(table.globalSecondaryIndexes())
        .allSatisfy(index ->
            assertThat(index.projection().projectionType()).isEqualTo(ProjectionType.KEYS_ONLY))
        .extracting(index -> index.indexName(), index -> index.keySchema())
        .containsExactlyInAnyOrder(
            tuple(
                "ownerId-createdAt",
                List.of(key("ownerId", KeyType.HASH), key("createdAt", KeyType.RANGE))),
            tuple(
                "awaits-deadline",
                List.of(key("awaits", KeyType.HASH), key("deadline", KeyType.RANGE))));
    var ttl = dynamoDb.client().describeTimeToLive(r -> r.tableName("Contract"));
    assertThat(ttl.timeToLiveDescription().timeToLiveStatus()).isEqualTo(TimeToLiveStatus.ENABLED);
    assertThat(ttl.timeToLiveDescription().attributeName()).isEqualTo("ttl");
  }

  @Test
  void creating_it_again_finds_the_same_stream() {
    var table = new StatusTable("Again");

    assertThat(table.createIfAbsent(dynamoDb.client()))
        .isEqualTo(table.createIfAbsent(dynamoDb.client()));
  }

  @Test
  void nodes_that_start_at_once_get_the_same_table() throws Exception {
    var table = new StatusTable("AtOnce");
    var streams = new ArrayList<Future<String>>();
    try (var nodes = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int node = 0; node < 8; node++) {
        streams.add(nodes.submit(() -> table.createIfAbsent(dynamoDb.client())));
      }
    }

    String first = streams.getFirst().get();
    for (var stream : streams) {
      assertThat(stream.get()).isEqualTo(first);
    }
  }

  @Test
  void a_table_of_that_name_without_a_stream_is_refused() {
    var _ =
        dynamoDb
            .client()
            .createTable(r ->
                r.tableName("Foreign")
                    .billingMode(BillingMode.PAY_PER_REQUEST)
                    .attributeDefinitions(
                        AttributeDefinition.builder()
                            .attributeName("id")
                            .attributeType(ScalarAttributeType.S)
                            .build())
                    .keySchema(key("id", KeyType.HASH)));

    assertThatIllegalStateException()
        .isThrownBy(() -> new StatusTable("Foreign").createIfAbsent(dynamoDb.client()))
        .withMessage("table Foreign has no stream of new images");
  }

  @Test
  void a_table_has_a_name() {
    assertThatIllegalArgumentException().isThrownBy(() -> new StatusTable(" "));
  }

  private static KeySchemaElement key(String name, KeyType type) {
    return KeySchemaElement.builder().attributeName(name).keyType(type).build();
  }
}
