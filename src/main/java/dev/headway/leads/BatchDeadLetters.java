package dev.headway.leads;

import dev.headway.status.LogFields;
import dev.headway.status.ProcessingStatus;
import dev.headway.status.StatusWriter;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Ends batches that failed for the last time: keeps every row as it came, all of it in the remarks
 * and marked, then counts the batch as failed. So an upload always ends, and no lead is lost.
 *
 * <p>And none is there twice: a worker may have died with a part of its batch stored, so a row is
 * kept only if it has not become a lead; and one may still be at work, so each dead letter comes
 * back when that has ended, and the copies of rows that have become leads meanwhile are removed.
 *
 * <p>Blocking; safe for concurrent use. Every step may be repeated.
 */
public final class BatchDeadLetters {
  private static final Logger log = LoggerFactory.getLogger(BatchDeadLetters.class);

  private final StatusWriter statuses;
  private final BatchRows batches;
  private final LeadStore leads;
  private final SecondLook secondLook;

  public BatchDeadLetters(
      StatusWriter statuses, BatchRows batches, LeadStore leads, SecondLook secondLook) {
    this.statuses = statuses;
    this.batches = batches;
    this.leads = leads;
    this.secondLook = secondLook;
  }

  /** What is done with each row of a dead batch. */
  @FunctionalInterface
  private interface Treatment {
    void of(LeadStore.Origin origin, SourceRow row);
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
    try (var _ = MDC.putCloseable(LogFields.UPLOAD, identity.get().uploadId().value())) {
      bury(message, identity.get());
    }
  }

  private void bury(String message, BatchCodec.Identity batch) {
    Optional<ProcessingStatus> status = statuses.getStatus(batch.uploadId());
    if (status.isEmpty()) {
      log.info("the upload of dead batch {} is unknown", batch.batch());
    } else if (batch.buried()) {
      eachRow(message, status.get(), this::removeIfStandardized);
    } else {
      if (!status.get().isTerminal()) {
        eachRow(message, status.get(), this::keepUnlessStandardized);
        statuses.failBatch(batch.uploadId(), batch.batch());
        log.warn("batch {} failed finally", batch.batch());
      }
      // Also if the upload is over: this may be a repeat, after one that died with its rows kept.
      secondLook.later(batches.buried(message));
    }
  }

  private void eachRow(String message, ProcessingStatus status, Treatment treatment) {
    try {
      BatchMessage batch = batches.decode(message);
      LeadStore.Origin origin =
          new LeadStore.Origin(
              status.ownerId(),
              status.uploadId(),
              status.createdAt(),
              status.file().fileName(),
              batch.batch());
      List<SourceRow> rows = batches.rowsOf(batch);
      rows.forEach(row -> treatment.of(origin, row));
    } catch (IllegalArgumentException e) {
      log.error("the rows of a dead batch cannot be read", e);
    }
  }

  private void keepUnlessStandardized(LeadStore.Origin origin, SourceRow row) {
    if (!isStandardized(origin, row)) {
      leads.putRaw(origin, row.number(), new LeadFields("", "", "", "", "", "", Remarks.raw(row)));
    }
  }

  private void removeIfStandardized(LeadStore.Origin origin, SourceRow row) {
    if (isStandardized(origin, row)) {
      leads.removeRaw(origin.owner(), origin.upload(), row.number());
    }
  }

  /** A lead's address is one that its row has: see {@link ModelAnswer}. */
  private boolean isStandardized(LeadStore.Origin origin, SourceRow row) {
    return leads.isStandardized(origin, row.number(), new RowText(row).emails());
  }
}
