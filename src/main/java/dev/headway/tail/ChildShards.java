package dev.headway.tail;

import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.dynamodb.model.DescribeStreamRequest;
import software.amazon.awssdk.services.dynamodb.model.Shard;
import software.amazon.awssdk.services.dynamodb.model.ShardFilter;
import software.amazon.awssdk.services.dynamodb.model.ShardFilterType;
import software.amazon.awssdk.services.kinesis.model.ChildShard;
import software.amazon.awssdk.services.kinesis.model.HashKeyRange;
import software.amazon.kinesis.common.StreamIdentifier;
import software.amazon.kinesis.leases.HierarchicalShardSyncer;
import software.amazon.kinesis.leases.LeaseRefresher;
import software.amazon.kinesis.leases.exceptions.LeasingException;

/**
 * The children of a shard that has ended, each with a lease. KCL makes the leases before it tells
 * the end; but when it could not ask for the children in about 5 s, for DescribeStream is limited
 * per account, it goes on without, and then nobody would ever read them. Blocks.
 */
final class ChildShards {
  private static final Logger LOG = LoggerFactory.getLogger(ChildShards.class);

  /** The adapter's for every shard: those of DynamoDB have none. */
  private static final HashKeyRange ALL =
      HashKeyRange.builder().startingHashKey("0").endingHashKey("1").build();

  /** Of no meaning for the leases of a single stream. */
  private static final StreamIdentifier THE_STREAM = StreamIdentifier.singleStreamInstance("table");

  private final TableStream stream;
  private final LeaseRefresher leases;

  ChildShards(TableStream stream, LeaseRefresher leases) {
    this.stream = stream;
    this.leases = leases;
  }

  /** Fails when they cannot be asked for or are not there yet: KCL tells the end once more then. */
  List<String> of(String parent) {
    var request =
        DescribeStreamRequest.builder()
            .streamArn(stream.arn())
            .shardFilter(
                ShardFilter.builder().type(ShardFilterType.CHILD_SHARDS).shardId(parent).build())
            .build();
    List<String> children =
        stream.client().describeStream(request).streamDescription().shards().stream()
            .map(Shard::shardId)
            .toList();
    if (children.isEmpty()) {
      throw new IllegalStateException(parent + " has ended, and no child of it is listed yet");
    }
    children.forEach(child -> lease(child, parent));
    return children;
  }

  private void lease(String child, String parent) {
    var shard = ChildShard.builder().shardId(child).parentShards(parent).hashKeyRange(ALL).build();
    try {
      var lease = new HierarchicalShardSyncer().createLeaseForChildShard(shard, THE_STREAM);
      if (leases.createLeaseIfNotExists(lease)) {
        LOG.info("{} had no lease, though its parent has ended", child);
      }
    } catch (LeasingException e) {
      throw new IllegalStateException("the lease of " + child + " could not be made", e);
    }
  }
}
