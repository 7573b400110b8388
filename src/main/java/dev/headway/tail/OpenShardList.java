package dev.headway.tail;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.DescribeStreamRequest;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.Shard;
import software.amazon.awssdk.services.dynamodb.model.StreamDescription;

/**
 * Which shards may still bring changes that no worker has read: those whose lease is not at its
 * end, and those that the stream still writes to, in case they have no lease yet. A closed shard
 * without a lease is one that was read and cleaned up, or an ancestor of a shard that is in the
 * list. Blocks.
 */
final class OpenShardList {
  /** How KCL writes that a shard was read to its last record. */
  private static final String AT_ITS_END = "SHARD_END";

  private final String leaseTable;
  private final DynamoDbAsyncClient dynamo;

  OpenShardList(String leaseTable, DynamoDbAsyncClient dynamo) {
    this.leaseTable = leaseTable;
    this.dynamo = dynamo;
  }

  Set<String> of(TableStream stream) {
    // The leases last: a shard that ends while this runs has its children's leases by then.
    Set<String> open = written(stream);
    for (Map<String, AttributeValue> lease : leases()) {
      String shard = Objects.requireNonNull(lease.get("leaseKey")).s();
      AttributeValue checkpoint = lease.get("checkpoint");
      if (checkpoint != null && AT_ITS_END.equals(checkpoint.s())) {
        open.remove(shard);
      } else {
        open.add(shard);
      }
    }
    return open;
  }

  private static Set<String> written(TableStream stream) {
    var open = new HashSet<String>();
    @Nullable String from = null;
    do {
      var request =
          DescribeStreamRequest.builder().streamArn(stream.arn()).exclusiveStartShardId(from);
      StreamDescription page = stream.client().describeStream(request.build()).streamDescription();
      page.shards().stream()
          .filter(shard -> shard.sequenceNumberRange().endingSequenceNumber() == null)
          .map(Shard::shardId)
          .forEach(open::add);
      from = page.lastEvaluatedShardId();
    } while (from != null);
    return open;
  }

  private List<Map<String, AttributeValue>> leases() {
    try {
      return dynamo
          .scan(request -> request.tableName(leaseTable).consistentRead(true))
          .join()
          .items();
    } catch (CompletionException e) {
      if (e.getCause() instanceof ResourceNotFoundException) {
        return List.of(); // the first worker of all is about to make it
      }
      throw e;
    }
  }
}
