package dev.headway.tail;

import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.kinesis.coordinator.Scheduler;
import software.amazon.kinesis.leases.Lease;
import software.amazon.kinesis.leases.LeaseRefresher;
import software.amazon.kinesis.leases.exceptions.LeasingException;

/**
 * What KCL leaves out when a worker stops: it forgets its leases, but its name stays in the lease
 * table until they expire and in the table of workers for twice its presence interval, in which the
 * leader may give it the leases again. Taking both away hands the shards over within a second or
 * two.
 */
final class LeaseHandover {
  private static final Logger LOG = LoggerFactory.getLogger(LeaseHandover.class);

  /** The key of KCL's table of workers. */
  private static final String WORKER_KEY = "wid";

  private final String workerId;
  private final DynamoDbAsyncClient dynamo;

  LeaseHandover(String workerId, DynamoDbAsyncClient dynamo) {
    this.workerId = workerId;
    this.dynamo = dynamo;
  }

  /** After the scheduler has stopped. Blocks for a few requests; failing only costs others time. */
  void of(Scheduler stopped) {
    String workers =
        stopped
            .leaseManagementConfig()
            .workerUtilizationAwareAssignmentConfig()
            .workerMetricsTableConfig()
            .tableName();
    var me = Map.of(WORKER_KEY, AttributeValue.fromS(workerId));
    try {
      dynamo.deleteItem(b -> b.tableName(workers).key(me)).join();
      LeaseRefresher leases = stopped.leaseRefresher();
      for (Lease lease : leases.listLeases()) {
        if (workerId.equals(lease.actualOwner())) {
          leases.evictLease(lease);
        }
      }
    } catch (LeasingException | RuntimeException e) {
      LOG.info("the leases were not handed over; they expire", e);
    }
  }
}
