package dev.headway.tail;

import com.amazonaws.services.dynamodbv2.streamsadapter.DynamoDBStreamsLeaseManagementFactory;
import com.amazonaws.services.dynamodbv2.streamsadapter.StreamsSchedulerFactory;
import com.amazonaws.services.dynamodbv2.streamsadapter.polling.DynamoDBStreamsPollingConfig;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import software.amazon.awssdk.arns.Arn;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;
import software.amazon.kinesis.common.ConfigsBuilder;
import software.amazon.kinesis.common.InitialPositionInStream;
import software.amazon.kinesis.common.InitialPositionInStreamExtended;
import software.amazon.kinesis.coordinator.CoordinatorConfig;
import software.amazon.kinesis.coordinator.Scheduler;
import software.amazon.kinesis.leases.LeaseManagementConfig;
import software.amazon.kinesis.leases.exceptions.LeasingException;
import software.amazon.kinesis.metrics.MetricsConfig;
import software.amazon.kinesis.metrics.MetricsLevel;
import software.amazon.kinesis.metrics.NullMetricsFactory;
import software.amazon.kinesis.processor.StreamTracker;
import software.amazon.kinesis.retrieval.RetrievalConfig;

/** Puts a KCL scheduler together; a scheduler runs once, so each run of the tail gets a new one. */
final class SchedulerAssembly {
  /** GetRecords' own limit. */
  private static final int MAX_RECORDS = 1000;

  /** KCL waits a minute for a lease or a checkpoint: longer than any lease here lives. */
  private static final Duration LEASE_REQUEST_TIMEOUT = Duration.ofSeconds(5);

  /**
   * From the oldest record: state, not a log, so reading too much is harmless and too little not.
   */
  private static final InitialPositionInStreamExtended FROM_THE_START =
      InitialPositionInStreamExtended.newInitialPosition(InitialPositionInStream.TRIM_HORIZON);

  private final TailConfig config;
  private final DynamoDbAsyncClient dynamo;
  private final DynamoDbStreamsClient streams;
  private final String streamArn;
  private final LongSupplier nanos;

  /** The clients stay the caller's; neither this nor KCL closes them. */
  SchedulerAssembly(
      TailConfig config, DynamoDbAsyncClient dynamo, TableStream stream, LongSupplier nanos) {
    this.config = config;
    this.dynamo = dynamo;
    this.streams = stream.client();
    this.streamArn = LocalStreamArn.known(stream.arn());
    this.nanos = nanos;
  }

  /** Blocks while a sole worker takes its leases; otherwise sends nothing. */
  Scheduler assemble(Supplier<ShardReader> readers) throws LeasingException {
    Region region = Region.of(Arn.fromString(streamArn).region().orElseThrow());
    var reads = new StampedReads(streams, region, nanos);
    StreamTracker tracker =
        StreamsSchedulerFactory.createSingleStreamTracker(streamArn, FROM_THE_START);
    var configs =
        new ConfigsBuilder(
            tracker,
            config.applicationName(),
            reads,
            dynamo,
            new NoCloudWatch(),
            config.workerId(),
            readers::get);
    var polling = new DynamoDBStreamsPollingConfig(reads);
    polling.idleTimeBetweenReadsInMillis(config.pauseWhenIdle().toMillis()).maxRecords(MAX_RECORDS);
    LeaseManagementConfig leases = leases(configs.leaseManagementConfig());
    RetrievalConfig retrieval = configs.retrievalConfig().retrievalSpecificConfig(polling);
    if (config.soleWorker()) {
      var factory = new DynamoDBStreamsLeaseManagementFactory(reads, leases, retrieval);
      var stream = tracker.streamConfigList().getFirst();
      new SoleWorkerLeases(
              config.workerId(),
              factory.createLeaseRefresher(),
              factory.createShardDetector(stream),
              stream)
          .takeAll();
    }
    Scheduler scheduler =
        StreamsSchedulerFactory.createScheduler(
            configs.checkpointConfig(),
            coordinator(configs.coordinatorConfig()),
            leases,
            configs.lifecycleConfig(),
            silent(configs.metricsConfig()),
            // Empty batches too: they are the proof that the end was reached.
            configs.processorConfig().callProcessRecordsEvenForEmptyRecordList(true),
            retrieval,
            reads);
    // createScheduler puts the adapter's own pauses in; nothing has asked for them yet.
    polling.sleepTimeController(new ReadPauses(config.pauseWhenIdle(), config.pauseWhenBusy()));
    return scheduler;
  }

  private CoordinatorConfig coordinator(CoordinatorConfig coordinator) {
    return coordinator
        .skipShardSyncAtWorkerInitializationIfLeasesExist(true) // as the adapter demands
        .parentShardPollIntervalMillis(config.parentPoll().toMillis())
        .shardConsumerDispatchPollIntervalMillis(config.dispatch().toMillis());
  }

  private LeaseManagementConfig leases(LeaseManagementConfig leases) {
    var presence = leases.workerUtilizationAwareAssignmentConfig();
    presence.workerMetricsReporterFreqInMillis(config.presence().toMillis());
    // The first report comes after two captures; a worker that has not reported gets no lease.
    presence.inMemoryWorkerMetricsCaptureFrequencyMillis(config.presence().toMillis() / 4);
    // The load of workers is weighed when leases are assigned: a lone worker has nothing to weigh.
    presence.disableWorkerMetrics(config.soleWorker());
    return leases
        // A pause after each shard sync. The adapter sets it to 0 too, but after its factory has
        // copied KCL's 60 s.
        .shardSyncIntervalMillis(0)
        .failoverTimeMillis(config.failover().toMillis())
        .leaseAssignmentIntervalMillis(config.assignment().toMillis())
        .dynamoDbLockBasedLeaderLeaseDurationInMillis(config.leaderLease().toMillis())
        .dynamoDbLockBasedLeaderHeartbeatPeriodInMillis(config.leaderHeartbeat().toMillis())
        .dynamoDbRequestTimeout(LEASE_REQUEST_TIMEOUT)
        .leasesRecoveryAuditorExecutionFrequencyMillis(config.audit().toMillis())
        .leasesRecoveryAuditorInconsistencyConfidenceThreshold(0); // the adapter tracks no holes
  }

  private static MetricsConfig silent(MetricsConfig metrics) {
    return metrics.metricsFactory(new NullMetricsFactory()).metricsLevel(MetricsLevel.NONE);
  }
}
