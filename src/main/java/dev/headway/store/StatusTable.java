package dev.headway.store;

import java.util.List;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.Projection;
import software.amazon.awssdk.services.dynamodb.model.ProjectionType;
import software.amazon.awssdk.services.dynamodb.model.ResourceInUseException;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.StreamSpecification;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TimeToLiveStatus;

/**
 * The table of status records. On AWS it is part of the infrastructure; the local stack and the
 * tests create it here.
 */
public record StatusTable(String name) {
  /** The uploads of an owner by the time of their creation; keys only. */
  static final String OWNER_INDEX = "ownerId-createdAt";

  /**
   * The uploads that wait for their file by their deadline; keys only. Sparse: the attribute is
   * there from the creation until the record leaves {@code uploading}, so that the index holds what
   * is under way and not what has ever been.
   */
  static final String AWAITS_INDEX = "awaits-deadline";

  static final String AWAITS = "awaits";

  /** The only value of {@link #AWAITS}. */
  static final String AWAITS_FILE = "file";

  public StatusTable {
    if (name.isBlank()) {
      throw new IllegalArgumentException("the status table has a name");
    }
  }

  /**
   * Creates the table unless it is there, waits until it can be used and turns its time to live on.
   * May be repeated and may run on several nodes at once. Blocks for seconds on AWS.
   *
   * @return the ARN of the table's stream
   * @throws IllegalStateException when a table of this name has no stream of new images, so that no
   *     change of it would ever be seen
   */
  public String createIfAbsent(DynamoDbClient client) {
    try {
      // The answer only says that it is being created; the waiter below knows more.
      var _ = client.createTable(definition());
    } catch (ResourceInUseException alreadyThere) {
      // By an earlier start, or by another node just now.
    }
    TableDescription table =
        client
            .waiter()
            .waitUntilTableExists(request -> request.tableName(name))
            .matched()
            .response()
            .orElseThrow(() -> new IllegalStateException("table " + name + " did not appear"))
            .table();
    String streamArn = streamOf(table);
    enableTimeToLive(client);
    return streamArn;
  }

  /**
   * The ARN of the stream of a table that is there. Blocks for one call.
   *
   * @throws IllegalStateException as {@link #createIfAbsent}
   */
  public String streamArn(DynamoDbClient client) {
    return streamOf(client.describeTable(request -> request.tableName(name)).table());
  }

  private String streamOf(TableDescription table) {
    StreamSpecification stream = table.streamSpecification();
    if (stream == null || stream.streamViewType() != StreamViewType.NEW_IMAGE) {
      throw new IllegalStateException("table " + name + " has no stream of new images");
    }
    return table.latestStreamArn();
  }

  private void enableTimeToLive(DynamoDbClient client) {
    if (hasTimeToLive(client)) {
      return;
    }
    try {
      var _ =
          client.updateTimeToLive(request ->
              request
                  .tableName(name)
                  .timeToLiveSpecification(ttl -> ttl.attributeName("ttl").enabled(true)));
    } catch (DynamoDbException e) {
      // DynamoDB calls it a mistake to turn on what is on: fine if another node was faster.
      if (!hasTimeToLive(client)) {
        throw e;
      }
    }
  }

  private boolean hasTimeToLive(DynamoDbClient client) {
    TimeToLiveStatus status =
        client
            .describeTimeToLive(request -> request.tableName(name))
            .timeToLiveDescription()
            .timeToLiveStatus();
    return status == TimeToLiveStatus.ENABLED || status == TimeToLiveStatus.ENABLING;
  }

  private CreateTableRequest definition() {
    return CreateTableRequest.builder()
        .tableName(name)
        .billingMode(BillingMode.PAY_PER_REQUEST)
        .attributeDefinitions(
            text("uploadId"), text("ownerId"), text("createdAt"), text(AWAITS), text("deadline"))
        .keySchema(key("uploadId", KeyType.HASH))
        .globalSecondaryIndexes(
            index(OWNER_INDEX, "ownerId", "createdAt"), index(AWAITS_INDEX, AWAITS, "deadline"))
        .streamSpecification(
            StreamSpecification.builder()
                .streamEnabled(true)
                .streamViewType(StreamViewType.NEW_IMAGE)
                .build())
        .build();
  }

  private static GlobalSecondaryIndex index(String name, String partition, String sort) {
    return GlobalSecondaryIndex.builder()
        .indexName(name)
        .keySchema(List.of(key(partition, KeyType.HASH), key(sort, KeyType.RANGE)))
        .projection(Projection.builder().projectionType(ProjectionType.KEYS_ONLY).build())
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
