package dev.headway.local;

import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;

/** A table with one item, to see that there are tables. */
final class Things {
  static final String TABLE = "Things";
  static final Map<String, AttributeValue> KEY = Map.of("id", AttributeValue.fromS("one"));

  private Things() {}

  static void create(DynamoDbClient dynamoDb) {
    var key = AttributeDefinition.builder().attributeName("id");
    var partition = KeySchemaElement.builder().attributeName("id").keyType(KeyType.HASH);
    dynamoDb.createTable(table ->
        table
            .tableName(TABLE)
            .attributeDefinitions(key.attributeType(ScalarAttributeType.S).build())
            .keySchema(partition.build())
            .billingMode(BillingMode.PAY_PER_REQUEST)
            .streamSpecification(
                stream -> stream.streamEnabled(true).streamViewType(StreamViewType.NEW_IMAGE)));
    dynamoDb.putItem(put ->
        put.tableName(TABLE)
            .item(Map.of("id", AttributeValue.fromS("one"), "count", AttributeValue.fromN("7"))));
  }
}
