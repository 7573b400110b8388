package dev.headway.tail;

import com.amazonaws.services.dynamodbv2.streamsadapter.adapter.DynamoDBStreamsClientRecord;
import com.amazonaws.services.dynamodbv2.streamsadapter.model.DynamoDBStreamsProcessRecordsInput;
import com.amazonaws.services.dynamodbv2.streamsadapter.processor.DynamoDBStreamsShardRecordProcessor;
import dev.headway.status.ProcessingStatus;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.kinesis.exceptions.KinesisClientLibException;
import software.amazon.kinesis.exceptions.ShutdownException;
import software.amazon.kinesis.lifecycle.events.InitializationInput;
import software.amazon.kinesis.lifecycle.events.LeaseLostInput;
import software.amazon.kinesis.lifecycle.events.ShardEndedInput;
import software.amazon.kinesis.lifecycle.events.ShutdownRequestedInput;
import software.amazon.kinesis.processor.RecordProcessorCheckpointer;

/**
 * One lease of one shard, from {@code leased} to either {@code ended} or {@code released}. KCL
 * calls it on changing threads, but one after the other; only {@link #release} and {@link #lease}
 * may come from elsewhere.
 *
 * <p>{@link #processRecords} never throws: KCL would log the records, contents and all, and go on
 * behind them. A batch that the listener does not take instead makes the reader fail: it hands
 * nothing over and checkpoints nothing from then on, and asks for a restart, which reads the batch
 * again.
 */
final class ShardReader implements DynamoDBStreamsShardRecordProcessor {
  private static final Logger LOG = LoggerFactory.getLogger(ShardReader.class);

  /** An empty read that waited longer than this in KCL's buffers no longer tells of "just now". */
  private static final Duration PROOF_VALID = Duration.ofSeconds(1);

  private enum Phase {
    NEW,
    LEASED,
    FAILED,
    OVER
  }

  /** What the readers of one run share. */
  record Context(
      ChangeDecoder decoder,
      TailListener listener,
      Function<String, List<String>> childrenOf,
      Duration checkpointEvery,
      LongSupplier nanos,
      ShardReaders readers,
      Runnable onFailure) {}

  private final Context context;
  private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.NEW);
  private volatile String shardId = "";
  private volatile Optional<Long> readToEndAt = Optional.empty();
  private boolean uncheckpointed;
  private long checkpointedAt;
  private boolean endTold;

  ShardReader(Context context) {
    this.context = context;
  }

  @Override
  public void initialize(InitializationInput input) {
    shardId = input.shardId();
    checkpointedAt = context.nanos.getAsLong();
    if (!context.readers.add(this)) {
      phase.set(Phase.OVER);
      return;
    }
    context.listener.leased(shardId); // should it throw, KCL calls again
    LOG.info("reading {} from {}", shardId, input.extendedSequenceNumber().sequenceNumber());
    if (!phase.compareAndSet(Phase.NEW, Phase.LEASED)) {
      tellReleased(); // the run ended meanwhile
    }
  }

  @Override
  public void processRecords(DynamoDBStreamsProcessRecordsInput input) {
    if (phase.get() != Phase.LEASED) {
      return;
    }
    try {
      handOver(input);
    } catch (RuntimeException | Error e) {
      if (phase.compareAndSet(Phase.LEASED, Phase.FAILED)) {
        LOG.warn("changes of {} could not be handed over; they will be read again", shardId, e);
        context.onFailure.run();
      }
      return;
    }
    if (uncheckpointed && elapsed(checkpointedAt).compareTo(context.checkpointEvery) >= 0) {
      checkpoint(input.checkpointer());
    }
  }

  private void handOver(DynamoDBStreamsProcessRecordsInput input) {
    var records = input.records().stream().map(DynamoDBStreamsClientRecord::getRecord).toList();
    Long emptyReadAt = input.millisBehindLatest(); // see StampedReads
    if (!records.isEmpty()) {
      List<ProcessingStatus> changes = context.decoder.newest(shardId, records);
      if (!changes.isEmpty()) {
        context.listener.changed(shardId, changes);
      }
      uncheckpointed = true;
    } else if (emptyReadAt != null && elapsed(emptyReadAt).compareTo(PROOF_VALID) <= 0) {
      readToEndAt = Optional.of(emptyReadAt);
      context.listener.readToEnd(shardId);
    }
  }

  private void checkpoint(RecordProcessorCheckpointer checkpointer) {
    checkpointedAt = context.nanos.getAsLong(); // also when it fails: tried again an interval later
    try {
      checkpointer.checkpoint();
      uncheckpointed = false;
    } catch (ShutdownException e) {
      LOG.debug("{} has another owner, who reads again from the last checkpoint", shardId);
    } catch (KinesisClientLibException | RuntimeException e) {
      LOG.warn("the checkpoint of {} failed and will be repeated", shardId, e);
    }
  }

  /**
   * The end is told before it is checkpointed, so that {@code ended} of a shard comes before {@code
   * leased} of its children, which KCL holds back until the checkpoint.
   */
  @Override
  public void shardEnded(ShardEndedInput input) {
    if (phase.get() == Phase.FAILED) {
      throw new IllegalStateException(shardId + " ended, but was not handed over whole");
    }
    try {
      if (phase.get() == Phase.LEASED && !endTold) {
        context.listener.ended(shardId, context.childrenOf.apply(shardId));
        endTold = true;
      }
      input.checkpointer().checkpoint();
    } catch (KinesisClientLibException e) {
      throw new IllegalStateException("the end of " + shardId + " could not be checkpointed", e);
    }
    LOG.info("{} ended", shardId);
    phase.set(Phase.OVER);
    context.readers.remove(this);
  }

  /** Called before the lease is given up in good order; {@link #leaseLost} follows. */
  @Override
  public void shutdownRequested(ShutdownRequestedInput input) {
    if (phase.get() == Phase.LEASED && uncheckpointed) {
      checkpoint(input.checkpointer());
    }
  }

  @Override
  public void leaseLost(LeaseLostInput input) {
    release();
  }

  /** Ends this reader, whatever KCL thinks; again it does nothing. Any thread. */
  void release() {
    switch (phase.getAndSet(Phase.OVER)) {
      case LEASED, FAILED -> tellReleased();
      case NEW, OVER -> {}
    }
  }

  private void tellReleased() {
    context.readers.remove(this);
    LOG.info("released {}", shardId);
    if (!endTold) {
      context.listener.released(shardId);
    }
  }

  ShardLease lease() {
    return new ShardLease(shardId, readToEndAt.map(this::elapsed));
  }

  private Duration elapsed(long since) {
    return Duration.ofNanos(context.nanos.getAsLong() - since);
  }
}
