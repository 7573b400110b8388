package dev.headway.tail;

import com.amazonaws.services.dynamodbv2.streamsadapter.DynamoDBStreamsShardSyncer;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.kinesis.common.StreamConfig;
import software.amazon.kinesis.leases.Lease;
import software.amazon.kinesis.leases.LeaseRefresher;
import software.amazon.kinesis.leases.ShardDetector;
import software.amazon.kinesis.leases.exceptions.LeasingException;
import software.amazon.kinesis.metrics.NullMetricsScope;
import software.amazon.kinesis.retrieval.kpl.ExtendedSequenceNumber;

/**
 * Creates the leases and takes them all before KCL starts, so that a lone worker reads at once. KCL
 * would wait a random 1 to 30 s on an empty lease table, then elect a leader and wait for its
 * assignments; and it would keep leases of shards that are gone for six hours.
 *
 * <p>Only for a worker that is alone: leases are taken from whoever has them.
 */
final class SoleWorkerLeases {
  private static final Logger LOG = LoggerFactory.getLogger(SoleWorkerLeases.class);
  private static final long POLL_SECONDS = 1;
  private static final long GIVE_UP_SECONDS = 60;

  private final String workerId;
  private final LeaseRefresher leases;
  private final ShardDetector shards;
  private final StreamConfig stream;

  SoleWorkerLeases(
      String workerId, LeaseRefresher leases, ShardDetector shards, StreamConfig stream) {
    this.workerId = workerId;
    this.leases = leases;
    this.shards = shards;
    this.stream = stream;
  }

  /** Blocks for some hundred milliseconds. */
  void takeAll() throws LeasingException {
    createTable();
    Set<String> existing =
        shards.listShards().stream().map(Shard::shardId).collect(Collectors.toSet());
    for (Lease lease : leases.listLeases()) {
      // A persistent table may come back with another stream, or after its shards were trimmed.
      if (!existing.contains(lease.leaseKey())) {
        LOG.info("{} is gone; its lease is deleted", lease.leaseKey());
        leases.deleteLease(lease);
      }
    }
    new DynamoDBStreamsShardSyncer(false, stream.streamIdentifier().toString(), true)
        .checkAndCreateLeaseForNewShards(
            shards,
            leases,
            stream.initialPositionInStreamExtended(),
            new NullMetricsScope(),
            false,
            true);
    for (Lease lease : leases.listLeases()) {
      boolean done = ExtendedSequenceNumber.SHARD_END.equals(lease.checkpoint());
      if (!done && !workerId.equals(lease.leaseOwner()) && !leases.takeLease(lease, workerId)) {
        LOG.warn("{} is being renewed by another worker; this one is not alone", lease.leaseKey());
      }
    }
  }

  private void createTable() throws LeasingException {
    leases.createLeaseTableIfNotExists();
    if (!leases.waitUntilLeaseTableExists(POLL_SECONDS, GIVE_UP_SECONDS)) {
      throw new IllegalStateException("the lease table did not become active");
    }
    leases.createLeaseOwnerToLeaseKeyIndexIfNotExists();
    if (!leases.waitUntilLeaseOwnerToLeaseKeyIndexExists(POLL_SECONDS, GIVE_UP_SECONDS)) {
      throw new IllegalStateException("the lease table's index did not become active");
    }
  }
}
