package dev.headway.store;

import dev.headway.status.UploadId;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Stream;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;

/**
 * The uploads that wait for their file. Any thread; blocks.
 *
 * <p>The index behind it is a little late, so what it names may have got its file meanwhile: a hint
 * where to look, and no ground to end an upload on.
 */
public final class AwaitedFiles {
  private final DynamoDbClient client;
  private final StatusTable table;

  public AwaitedFiles(DynamoDbClient client, StatusTable table) {
    this.client = client;
    this.table = table;
  }

  /** Those whose file was due before then, the longest overdue first; read page by page. */
  public Stream<UploadId> dueBefore(Instant then) {
    var query =
        QueryRequest.builder()
            .tableName(table.name())
            .indexName(StatusTable.AWAITS_INDEX)
            .keyConditionExpression("#awaits = :file AND #deadline < :then")
            .expressionAttributeNames(
                Map.of("#awaits", StatusTable.AWAITS, "#deadline", "deadline"))
            .expressionAttributeValues(
                Map.of(":file", Attribute.of(StatusTable.AWAITS_FILE), ":then", Attribute.of(then)))
            .build();
    return client.queryPaginator(query).items().stream()
        .map(item -> new ItemReader(item).uploadId());
  }
}
