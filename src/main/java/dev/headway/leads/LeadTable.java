package dev.headway.leads;

import java.time.Duration;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.Projection;
import software.amazon.awssdk.services.dynamodb.model.ProjectionType;
import software.amazon.awssdk.services.dynamodb.model.ResourceInUseException;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.waiters.DynamoDbWaiter;

/**
 * The table of leads: one item for a lead of an owner, and an index that lists an owner's leads by
 * their last change. On AWS the stack creates it; this is the same table for one machine and for
 * tests.
 */
public final class LeadTable {
  public static final String DEFAULT_NAME = "Leads";
  public static final String BY_UPDATE = "ownerId-updatedAt";

  static final String OWNER_ID = "ownerId";
  static final String LEAD_KEY = "leadKey";
  static final String UPDATED_AT = "updatedAt";

  private LeadTable() {}

  /** Creates the table unless it is there, and returns once it can be used. */
  public static void createIfAbsent(DynamoDbClient dynamo, String name) {
    try {
      dynamo.createTable(definition(name));
    } catch (ResourceInUseException e) {
      // It is there already, or just being created by somebody else.
    }
    try (DynamoDbWaiter waiter =
        DynamoDbWaiter.builder()
            .client(dynamo)
            .overrideConfiguration(c -> c.waitTimeout(Duration.ofMinutes(1)))
            .build()) {
      waiter.waitUntilTableExists(r -> r.tableName(name));
    }
  }

  static CreateTableRequest definition(String name) {
    return CreateTableRequest.builder()
        .tableName(name)
        .billingMode(BillingMode.PAY_PER_REQUEST)
        .attributeDefinitions(text(OWNER_ID), text(LEAD_KEY), text(UPDATED_AT))
        .keySchema(key(OWNER_ID, KeyType.HASH), key(LEAD_KEY, KeyType.RANGE))
        .globalSecondaryIndexes(
            GlobalSecondaryIndex.builder()
                .indexName(BY_UPDATE)
                .keySchema(key(OWNER_ID, KeyType.HASH), key(UPDATED_AT, KeyType.RANGE))
                .projection(Projection.builder().projectionType(ProjectionType.ALL).build())
                .build())
        .build();
  }

  private static AttributeDefinition text(String name) {
    return AttributeDefinition.builder()
        .attributeName(name)
        .attributeType(ScalarAttributeType.S)
        .build();
  }

  private static KeySchemaElement key(String name, KeyType type) {
    return KeySchemaElement.builder().attributeName(name).keyType(type).build();
  }
}
