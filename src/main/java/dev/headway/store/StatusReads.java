package dev.headway.store;

import dev.headway.status.OwnedUpload;
import dev.headway.status.OwnerId;
import dev.headway.status.UploadId;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughputExceededException;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;

/** What readers ask of the status table, whichever client they ask with. Pure functions. */
final class StatusReads {
  /** The most keys that DynamoDB takes in one BatchGetItem. */
  static final int MOST_KEYS = 100;

  /** {@code #a0, #a1, …}: several of the names are reserved words. */
  static final Map<String, String> NAMES =
      IntStream.range(0, StatusCodec.READ.size())
          .boxed()
          .collect(Collectors.toUnmodifiableMap(i -> "#a" + i, StatusCodec.READ::get));

  static final String PROJECTION = String.join(", ", NAMES.keySet());

  private StatusReads() {}

  static Map<String, AttributeValue> keyOf(UploadId id) {
    return Map.of("uploadId", Attribute.of(id.value()));
  }

  /** Whole records, consistently, for one BatchGetItem. */
  static KeysAndAttributes wanted(Collection<Map<String, AttributeValue>> keys) {
    return KeysAndAttributes.builder()
        .keys(keys)
        .consistentRead(true)
        .projectionExpression(PROJECTION)
        .expressionAttributeNames(NAMES)
        .build();
  }

  /** One page of an owner's uploads by the index, which has their keys only. */
  static QueryRequest newestOf(
      String table, OwnerId owner, int limit, Optional<OwnedUpload> after) {
    var query =
        QueryRequest.builder()
            .tableName(table)
            .indexName(StatusTable.OWNER_INDEX)
            .keyConditionExpression("ownerId = :owner")
            .expressionAttributeValues(Map.of(":owner", Attribute.of(owner.value())))
            .scanIndexForward(false)
            .limit(limit);
    after.ifPresent(place -> query.exclusiveStartKey(placeOf(owner, place)));
    return query.build();
  }

  private static Map<String, AttributeValue> placeOf(OwnerId owner, OwnedUpload upload) {
    return Map.of(
        "ownerId", Attribute.of(owner.value()),
        "createdAt", Attribute.of(upload.createdAt()),
        "uploadId", Attribute.of(upload.uploadId().value()));
  }

  /** What such a page says. */
  static OwnedUpload owned(Map<String, AttributeValue> item) {
    var keys = new ItemReader(item);
    return new OwnedUpload(keys.uploadId(), keys.instant("createdAt"));
  }

  static ProvisionedThroughputExceededException throttled(int keys) {
    return ProvisionedThroughputExceededException.builder()
        .message("DynamoDB left " + keys + " status records unread, however often it was asked")
        .build();
  }
}
