package dev.headway.leads;

import dev.headway.status.ProcessingStatus;
import dev.headway.status.StatusWriter;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends batches that failed for the last time: keeps every row as it came, all of it in the remarks
 * and marked, then counts the batch as failed. So an upload always ends, and no lead is lost.
 *
 * <p>Blocking; safe for concurrent use. Every step may be repeated.
 */
public final class BatchDeadLetters {
  private static final Logger log = LoggerFactory.getLogger(BatchDeadLetters.class);

  private final StatusWriter statuses;
  private final BatchRows batches;
  private final LeadStore leads;

  public BatchDeadLetters(StatusWriter statuses, BatchRows batches, LeadStore leads) {
    this.statuses = statuses;
    this.batches = batches;
    this.leads = leads;
  }

  /**
   * Works one message off. One that names no batch at all is dropped, with an error in the log:
   * nobody could ever work it off.
   *
   * @throws RuntimeException if a service cannot be reached; the message should come again
   */
  public void bury(String message) {
    Optional<BatchCodec.Identity> identity = batches.identify(message);
    if (identity.isEmpty()) {
      log.error("a dead letter that names no batch is dropped ({} characters)", message.length());
      return;
    }
    BatchCodec.Identity batch = identity.get();
    Optional<ProcessingStatus> status =
        statuses.getStatus(batch.uploadId()).filter(record -> !record.isTerminal());
    if (status.isEmpty()) {
      log.info(
          "dead batch {} of upload {} is not wanted any more", batch.batch(), batch.uploadId());
      return;
    }
    try {
      keepRows(batches.decode(message), status.get());
    } catch (IllegalArgumentException e) {
      log.error(
          "the rows of batch {} of upload {} cannot be read", batch.batch(), batch.uploadId(), e);
    }
    statuses.failBatch(batch.uploadId(), batch.batch());
    log.warn("batch {} of upload {} failed finally", batch.batch(), batch.uploadId());
  }

  private void keepRows(BatchMessage batch, ProcessingStatus status) {
    LeadStore.Origin origin =
        new LeadStore.Origin(
            status.ownerId(),
            status.uploadId(),
            status.createdAt(),
            status.file().fileName(),
            batch.batch());
    for (SourceRow row : batches.rowsOf(batch)) {
      leads.putRaw(origin, row.number(), new LeadFields("", "", "", "", "", "", Remarks.raw(row)));
    }
  }
}
