package dev.headway.store;

import dev.headway.status.OwnedUpload;
import dev.headway.status.OwnerId;
import dev.headway.status.ProcessingStatus;
import dev.headway.status.UploadId;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;

/**
 * Reads of an owner's uploads where there is no event loop to hold up. Any thread; blocks. {@link
 * DynamoStatusReader} is the same for those who must not.
 */
public final class OwnedStatuses {
  private static final Logger LOG = LoggerFactory.getLogger(OwnedStatuses.class);

  /** DynamoDB leaves keys out when it throttles; whoever asks is told soon, and comes back. */
  private static final int MOST_TRIES = 3;

  private final DynamoDbClient client;
  private final String table;
  private final InstantSource clock;
  private final StatusCodec codec = new StatusCodec();

  public OwnedStatuses(DynamoDbClient client, StatusTable table, InstantSource clock) {
    this.client = client;
    this.table = table.name();
    this.clock = clock;
  }

  /** As {@link dev.headway.status.StatusReader#newestOf}. */
  public List<OwnedUpload> newestOf(OwnerId owner, int limit, Optional<OwnedUpload> after) {
    return client.query(StatusReads.newestOf(table, owner, limit, after)).items().stream()
        .map(StatusReads::owned)
        .toList();
  }

  /**
   * As {@link dev.headway.status.StatusReader#readAll}, in one call.
   *
   * @param ids distinct, up to 100
   */
  public Map<UploadId, ProcessingStatus> readAll(Collection<UploadId> ids) {
    var found = new HashMap<UploadId, ProcessingStatus>();
    Collection<Map<String, AttributeValue>> left = ids.stream().map(StatusReads::keyOf).toList();
    for (int tries = 0; !left.isEmpty(); tries++) {
      if (tries == MOST_TRIES) {
        throw StatusReads.throttled(left.size());
      }
      left = readSome(left, found);
    }
    return found;
  }

  /** Returns the keys that DynamoDB left out. */
  private Collection<Map<String, AttributeValue>> readSome(
      Collection<Map<String, AttributeValue>> keys, Map<UploadId, ProcessingStatus> found) {
    Map<String, KeysAndAttributes> wanted = Map.of(table, StatusReads.wanted(keys));
    BatchGetItemResponse response = client.batchGetItem(request -> request.requestItems(wanted));
    response.responses().getOrDefault(table, List.of()).forEach(item -> keep(item, found));
    KeysAndAttributes left = response.unprocessedKeys().get(table);
    return left == null ? List.of() : left.keys();
  }

  private void keep(Map<String, AttributeValue> item, Map<UploadId, ProcessingStatus> found) {
    try {
      ProcessingStatus record = codec.decode(item);
      if (!record.isExpired(clock.instant())) {
        found.put(record.uploadId(), record);
      }
    } catch (UndecodableRecordException e) {
      LOG.warn("Left out: {}", e.getMessage());
    }
  }
}
