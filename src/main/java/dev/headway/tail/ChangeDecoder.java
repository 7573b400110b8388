package dev.headway.tail;

import dev.headway.status.ProcessingStatus;
import dev.headway.status.UploadId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.OperationType;
import software.amazon.awssdk.services.dynamodb.model.Record;

/**
 * Makes status records of stream records. What cannot be read is counted, reported and left out:
 * one odd item must not stop every upload's progress. Any thread.
 */
final class ChangeDecoder {
  private static final Logger LOG = LoggerFactory.getLogger(ChangeDecoder.class);

  /** A flood of odd items must not become a flood of log lines. */
  private static final Duration REPORT_EVERY = Duration.ofSeconds(10);

  private final Function<Map<String, AttributeValue>, Optional<ProcessingStatus>> codec;
  private final InstantSource clock;
  private final LongSupplier nanos;
  private final AtomicLong skipped = new AtomicLong();
  private final AtomicLong nextReport;

  ChangeDecoder(
      Function<Map<String, AttributeValue>, Optional<ProcessingStatus>> codec,
      InstantSource clock,
      LongSupplier nanos) {
    this.codec = codec;
    this.clock = clock;
    this.nanos = nanos;
    this.nextReport = new AtomicLong(nanos.getAsLong());
  }

  /**
   * The newest record of each upload, in the order of the stream: a record is the whole state, so
   * that older ones of the same batch say nothing more. Removals and expired records are left out.
   * The order of the stream decides, not the version: an id may be used again after its removal.
   */
  List<ProcessingStatus> newest(String shardId, List<Record> records) {
    Instant now = clock.instant();
    Map<UploadId, ProcessingStatus> newest = new LinkedHashMap<>();
    for (Record change : records) {
      if (change.eventName() == OperationType.REMOVE) {
        continue;
      }
      Optional<ProcessingStatus> decoded = decode(change);
      if (decoded.isEmpty()) {
        report(shardId, change);
        continue;
      }
      ProcessingStatus status = decoded.get();
      newest.remove(status.uploadId());
      if (!status.isExpired(now)) {
        newest.put(status.uploadId(), status);
      }
    }
    return List.copyOf(newest.values());
  }

  /** How many stream records could not be read since the start. */
  long skipped() {
    return skipped.get();
  }

  private Optional<ProcessingStatus> decode(Record change) {
    if (change.dynamodb() == null || !change.dynamodb().hasNewImage()) {
      return Optional.empty(); // the stream's view type is not NEW_IMAGE
    }
    try {
      return codec.apply(change.dynamodb().newImage());
    } catch (RuntimeException e) {
      return Optional.empty(); // not logged: its message may repeat the item
    }
  }

  private void report(String shardId, Record change) {
    long total = skipped.incrementAndGet();
    long now = nanos.getAsLong();
    long due = nextReport.get();
    if (now - due >= 0 && nextReport.compareAndSet(due, now + REPORT_EVERY.toNanos())) {
      String position = change.dynamodb() == null ? "?" : change.dynamodb().sequenceNumber();
      LOG.warn(
          "{} stream records could not be read and were left out so far, the last at {} of {}",
          total,
          position,
          shardId);
    }
  }
}
