package dev.headway.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.status.BatchResult;
import dev.headway.status.OwnerId;
import dev.headway.status.ProcessingStatus;
import dev.headway.status.Progress;
import dev.headway.status.UploadId;
import dev.headway.status.WriteOutcome;
import dev.headway.status.WriteOutcome.Applied;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** One upload in a table of DynamoDB Local, and who writes it. */
@ExtendWith(SharedDynamoDbLocal.class)
abstract class OneUpload {
  static final OwnerId OWNER = new OwnerId("ada");
  static final BatchResult TEN = new BatchResult(10, 8, 2);
  static final Promises PROMISES =
      new Promises(Duration.ofMinutes(3), Duration.ofMinutes(2), Duration.ofMinutes(1));

  final TestClock clock = new TestClock();
  final UploadId id = UploadId.random();
  final DynamoDbLocal dynamoDb;
  final StatusTable table;
  final ProcessingStatusService service;

  OneUpload(DynamoDbLocal dynamoDb) {
    this.dynamoDb = dynamoDb;
    this.table = dynamoDb.statusTable();
    this.service = new ProcessingStatusService(dynamoDb.client(), table, clock, PROMISES);
  }

  WriteOutcome create() {
    return service.createStatus(id, OWNER, "leads.xlsx", 1_024_000);
  }

  Progress progress() {
    return service.getStatus(id).orElseThrow().progress();
  }

  static ProcessingStatus applied(WriteOutcome outcome) {
    assertThat(outcome).isInstanceOf(Applied.class);
    return outcome.current().orElseThrow();
  }

  Map<String, AttributeValue> item() {
    return dynamoDb
        .client()
        .getItem(r ->
            r.tableName(table.name())
                .key(Map.of("uploadId", AttributeValue.fromS(id.value())))
                .consistentRead(true))
        .item();
  }
}
