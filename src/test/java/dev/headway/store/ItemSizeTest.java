package dev.headway.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.status.BatchResult;
import dev.headway.status.FileMetadata;
import dev.headway.status.OwnerId;
import dev.headway.status.UploadId;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemResponse;

/** A write costs one unit for each KB of the item, so the sets of batches must stay small. */
@ExtendWith(SharedDynamoDbLocal.class)
class ItemSizeTest {
  private final DynamoDbLocal dynamoDb;

  ItemSizeTest(DynamoDbLocal dynamoDb) {
    this.dynamoDb = dynamoDb;
  }

  @ParameterizedTest
  @CsvSource({"10, 2", "1000, 5", "2000, 8"})
  void counting_the_last_of_many_batches_costs_few_units(int batches, double mostUnits) {
    var id = UploadId.random();
    var table = dynamoDb.statusTable();
    var item = new HashMap<>(countedButOne(id, batches));
    var _ = dynamoDb.client().putItem(r -> r.tableName(table.name()).item(item));
    var consumed = new AtomicReference<>(0.0);
    try (var http = UrlConnectionHttpClient.create();
        var client = dynamoDb.client(http, 1, new Metering(consumed))) {
      new ProcessingStatusService(client, table, new TestClock(), Promises.DEFAULT)
          .completeBatch(id, batches, new BatchResult(10, 8, 2));
    }

    LoggerFactory.getLogger(ItemSizeTest.class)
        .info("{} batches: {} bytes, {} units a write", batches, size(item), consumed.get());
    assertThat(consumed.get()).isBetween(1.0, mostUnits);
    assertThat(Math.ceil(size(item) / 1024.0)).isLessThanOrEqualTo(mostUnits);
  }

  /** All batches but the last are done, of one more than there are: nothing ends here. */
  private Map<String, AttributeValue> countedButOne(UploadId id, int batches) {
    var codec = new StatusCodec();
    var clock = new TestClock();
    var first =
        new StatusWrites(dynamoDb.statusTable(), Promises.DEFAULT, codec)
            .firstRecord(
                id,
                new OwnerId("3f1c2b9e-8d47-4c55-9a54-0f6d2f7e1a10"),
                new FileMetadata("leads of the spring fair.xlsx", 1_024_000),
                1,
                clock.instant());
    var item = new HashMap<>(codec.encode(first));
    var progress = new HashMap<>(Objects.requireNonNull(item.get("progress")).m());
    progress.put("totalBatches", Attribute.of(batches + 1));
    progress.put("completedBatches", Attribute.of(batches - 1));
    item.put("progress", AttributeValue.fromM(progress));
    item.put("splitAt", Attribute.of(clock.instant()));
    var recent = new HashMap<String, AttributeValue>();
    for (int slot = 0; slot < 16; slot++) {
      recent.put(StatusCodec.slotOf(slot), Attribute.of(clock.instant()));
    }
    item.put("recent", AttributeValue.fromM(recent));
    item.put(
        "doneBatches",
        AttributeValue.fromNs(IntStream.range(1, batches).mapToObj(Integer::toString).toList()));
    return item;
  }

  /** By DynamoDB's published rules. */
  private static int size(Map<String, AttributeValue> attributes) {
    int size = 0;
    for (var attribute : attributes.entrySet()) {
      size += bytes(attribute.getKey()) + size(attribute.getValue());
    }
    return size;
  }

  private static int size(AttributeValue value) {
    return switch (value.type()) {
      case S -> bytes(value.s());
      case N -> digits(value.n());
      case BOOL -> 1;
      case NS -> value.ns().stream().mapToInt(ItemSizeTest::digits).sum();
      case M -> 3 + size(value.m()) + value.m().size();
      default -> throw new AssertionError(value.type());
    };
  }

  private static int digits(String number) {
    return (number.length() + 1) / 2 + 1;
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  private record Metering(AtomicReference<Double> consumed) implements ExecutionInterceptor {
    @Override
    public SdkRequest modifyRequest(Context.ModifyRequest context, ExecutionAttributes execution) {
      return context.request() instanceof UpdateItemRequest update
          ? update.toBuilder().returnConsumedCapacity(ReturnConsumedCapacity.TOTAL).build()
          : context.request();
    }

    @Override
    public SdkResponse modifyResponse(
        Context.ModifyResponse context, ExecutionAttributes execution) {
      if (context.response() instanceof UpdateItemResponse update) {
        consumed.set(update.consumedCapacity().capacityUnits());
      }
      return context.response();
    }
  }
}
