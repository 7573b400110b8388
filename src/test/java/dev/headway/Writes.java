package dev.headway;

import dev.headway.status.UploadId;
import dev.headway.store.StatusTable;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** How many writes an upload takes if every step of it is kept once. */
final class Writes {
  private Writes() {}

  /**
   * Created, accepted, split, each batch, ended; and the mark that every batch was sent, unless the
   * last batch ended the upload before the splitter could set it.
   *
   * @param id an upload that has ended
   */
  static long ofCompleted(DynamoDbClient dynamoDb, StatusTable table, UploadId id, int batches) {
    var item =
        dynamoDb
            .getItem(get ->
                get.tableName(table.name())
                    .key(Map.of("uploadId", AttributeValue.fromS(id.value())))
                    .consistentRead(true))
            .item();
    return batches + (item.containsKey("allSent") ? 5L : 4L);
  }
}
