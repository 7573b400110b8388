package dev.headway.store;

import dev.headway.status.BatchResult;
import dev.headway.status.Failure;
import dev.headway.status.FileAcceptance;
import dev.headway.status.FileMetadata;
import dev.headway.status.OwnerId;
import dev.headway.status.ProcessingStatus;
import dev.headway.status.Stage;
import dev.headway.status.Status;
import dev.headway.status.StatusError;
import dev.headway.status.StatusWriter;
import dev.headway.status.TraceParent;
import dev.headway.status.UploadId;
import dev.headway.status.WriteOutcome;
import dev.headway.status.WriteOutcome.Absent;
import dev.headway.status.WriteOutcome.Applied;
import dev.headway.status.WriteOutcome.Unchanged;
import dev.headway.traces.Tracing;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/**
 * The only writer of the status table. Any thread, any number of instances on any number of
 * machines: the invariants are in the conditions of the writes ({@link StatusWrites}), none is in
 * this class. All calls block.
 *
 * <p>Failures: throttling and broken connections are repeated by the SDK and then thrown as its
 * {@link SdkException}; what was written before stays, and repeating the whole call is always
 * right. An item that is no status record is an {@link UndecodableRecordException}.
 *
 * <p>When the SDK repeats a write whose answer was lost though it had been applied, the repeat is
 * refused by the write's own effect, and the call tells {@code Unchanged} with the record as the
 * write left it, or as later ones did. For each operation that is as good as {@code Applied}:
 *
 * <ul>
 *   <li>a batch is counted once, and {@code completeBatch} and {@code failBatch} try to end the
 *       upload after either outcome; so does {@code splitInto};
 *   <li>{@code updateStatus}, {@code confirmSent}, {@code cancel}, {@code setError}, {@code
 *       abandon} and {@code markStalled} have done what was asked, which the record shows;
 *   <li>{@code acceptFile} tells {@code Accepted} or {@code Sent} whenever the record names that
 *       file;
 *   <li>{@code createStatus} shows a record of the caller's own owner and file at version 1, which
 *       is how a caller that invented the id tells its own creation from an id that was taken.
 * </ul>
 */
public final class ProcessingStatusService implements StatusWriter {
  private final DynamoDbClient client;
  private final StatusTable table;
  private final InstantSource clock;
  private final StatusCodec codec = new StatusCodec();
  private final StatusWrites writes;
  private final TracedWrites traced;

  /** One that traces nothing. */
  public ProcessingStatusService(
      DynamoDbClient client, StatusTable table, InstantSource clock, Promises promises) {
    this(client, table, clock, promises, Tracing.OFF);
  }

  /**
   * @param clock wall time, which the life of a record is about; nothing is ordered by it
   */
  public ProcessingStatusService(
      DynamoDbClient client,
      StatusTable table,
      InstantSource clock,
      Promises promises,
      Tracing tracing) {
    this.client = client;
    this.table = table;
    this.clock = clock;
    this.writes = new StatusWrites(table, promises, codec);
    this.traced = new TracedWrites(tracing);
  }

  /**
   * {@inheritDoc}
   *
   * <p>A record whose life is over counts as absent, though DynamoDB may keep it for days: it is
   * replaced. The new one goes on from the version of the old, because somebody may still hold that
   * and would take a version 1 for older. Where nothing is left an upload begins at 1.
   */
  @Override
  public WriteOutcome createStatus(UploadId id, OwnerId owner, String fileName, long fileSize) {
    var file = new FileMetadata(fileName, fileSize);
    return traced.write(
        id,
        "status.create",
        trace -> create(id, owner, file, trace),
        ProcessingStatusService::wordFor,
        WriteOutcome::current);
  }

  private WriteOutcome create(
      UploadId id, OwnerId owner, FileMetadata file, Optional<TraceParent> trace) {
    Instant now = now();
    ProcessingStatus first = writes.firstRecord(id, owner, file, 1, now).withTrace(trace);
    var request = writes.create(first);
    while (true) {
      try {
        var _ = client.putItem(request);
        return new Applied(first);
      } catch (ConditionalCheckFailedException taken) {
        if (!taken.hasItem()) {
          // The leftover was deleted meanwhile; its version is known and still the one to go on
          // from.
          request = writes.create(first);
          continue;
        }
        ProcessingStatus there = codec.decode(taken.item());
        if (!there.isExpired(now)) {
          return new Unchanged(there);
        }
        first = writes.firstRecord(id, owner, file, there.version() + 1, now).withTrace(trace);
        request = writes.replace(there, first);
      }
    }
  }

  @Override
  public WriteOutcome updateStatus(UploadId id, Status status, Stage stage) {
    if (status.isTerminal() || stage == Stage.COMPLETED) {
      throw new IllegalArgumentException(
          "an upload ends by its batches, a failure or a cancellation, not by an update to %s, %s"
              .formatted(status.wire(), stage.wire()));
    }
    return outcome(attempt(id, "status.update", writes.advance(id, status, stage, now())));
  }

  /**
   * {@inheritDoc}
   *
   * <p>An upload that has come further, which takes batches that were counted before their split,
   * stays where it is and gets its file all the same.
   */
  @Override
  public FileAcceptance acceptFile(UploadId id, String eTag) {
    if (eTag.isBlank()) {
      throw new IllegalArgumentException("an object is named by its entity tag");
    }
    Status status = Status.UPLOADED;
    Stage stage = Stage.FILE_PROCESSING;
    while (true) {
      switch (attempt(id, "status.acceptFile", writes.acceptFile(id, eTag, status, stage, now()))) {
        case Attempt.Written(ProcessingStatus record) -> {
          return new FileAcceptance.Accepted(record);
        }
        case Attempt.Gone() -> {
          return new FileAcceptance.Absent();
        }
        case Attempt.Refused(StoredStatus by) -> {
          if (by.record().isTerminal() || by.objectETag().isPresent()) {
            return by.acceptanceOf(eTag);
          }
          // It has come further, and only ever does: this ends.
          status = Collections.max(List.of(status, by.record().status()));
          stage = Collections.max(List.of(stage, by.record().stage()));
        }
      }
    }
  }

  @Override
  public WriteOutcome abandon(UploadId id, long version) {
    Instant now = now();
    var failure = Failure.NEVER_ARRIVED;
    var error = new StatusError(failure.code(), failure.message(), now);
    return outcome(attempt(id, "status.abandon", writes.abandon(id, version, error, now)));
  }

  /**
   * {@inheritDoc}
   *
   * <p>The first totals stand; a repeat with others changes nothing, since batches may have been
   * counted against them.
   */
  @Override
  public WriteOutcome splitInto(UploadId id, int totalBatches, int totalLeads) {
    if (totalBatches < 1 || totalLeads < 0) {
      throw new IllegalArgumentException(
          "a file cannot be split into %d batches of %d leads".formatted(totalBatches, totalLeads));
    }
    return finish(
        outcome(attempt(id, "status.split", writes.split(id, totalBatches, totalLeads, now()))));
  }

  @Override
  public WriteOutcome confirmSent(UploadId id, String eTag) {
    return outcome(attempt(id, "status.confirmSent", writes.confirmSent(id, eTag, now())));
  }

  /**
   * {@inheritDoc}
   *
   * <p>A number above the total changes nothing. That needs the total: the splitter calls {@link
   * #splitInto} before it hands the first batch out.
   *
   * @throws IllegalArgumentException for a number below 1, and when the leads could no longer be
   *     counted
   */
  @Override
  public WriteOutcome completeBatch(UploadId id, int batchNumber, BatchResult result) {
    requireBatchNumber(batchNumber);
    Attempt count =
        attempt(id, "status.completeBatch", writes.countCompleted(id, batchNumber, result, now()));
    if (count instanceof Attempt.Refused(StoredStatus by) && by.failed().contains(batchNumber)) {
      count =
          attempt(
              id, "status.completeBatch", writes.moveToCompleted(id, batchNumber, result, now()));
    }
    if (count instanceof Attempt.Refused(StoredStatus by) && !explains(by, batchNumber)) {
      throw new IllegalArgumentException(
          "batch %d of upload %s has more leads than can be counted".formatted(batchNumber, id));
    }
    return finish(outcome(count));
  }

  private static boolean explains(StoredStatus refusal, int batchNumber) {
    return refusal.record().isTerminal()
        || refusal.done().contains(batchNumber)
        || refusal.isBeyondTheLast(batchNumber);
  }

  @Override
  public WriteOutcome failBatch(UploadId id, int batchNumber) {
    requireBatchNumber(batchNumber);
    return finish(
        outcome(attempt(id, "status.failBatch", writes.countFailed(id, batchNumber, now()))));
  }

  private static void requireBatchNumber(int batchNumber) {
    if (batchNumber < 1) {
      throw new IllegalArgumentException("batches are numbered from 1, not " + batchNumber);
    }
  }

  @Override
  public WriteOutcome completeProcessing(UploadId id) {
    return getStatus(id).map(record -> finish(new Unchanged(record))).orElseGet(Absent::new);
  }

  @Override
  public WriteOutcome setError(UploadId id, Failure failure) {
    Instant now = now();
    var error = new StatusError(failure.code(), failure.message(), now);
    return outcome(attempt(id, "status.error", writes.fail(id, error, now)));
  }

  @Override
  public WriteOutcome cancel(UploadId id) {
    return outcome(attempt(id, "status.cancel", writes.cancel(id, now())));
  }

  @Override
  public WriteOutcome markStalled(UploadId id, long version) {
    return outcome(attempt(id, "status.stall", writes.stall(id, version, now())));
  }

  @Override
  public Optional<ProcessingStatus> getStatus(UploadId id) {
    Map<String, AttributeValue> item =
        client
            .getItem(request ->
                request
                    .tableName(table.name())
                    .key(Map.of("uploadId", Attribute.of(id.value())))
                    .consistentRead(true))
            .item();
    if (item.isEmpty()) {
      return Optional.empty();
    }
    Instant now = now();
    return Optional.of(codec.decode(item)).filter(record -> !record.isExpired(now));
  }

  /**
   * Ends the upload if its every batch has its outcome. Tried after a write that found nothing to
   * do as well: a worker may have died between its count and its finish, and then the redelivery of
   * its batch is what comes by.
   *
   * <p>Repeats while the counts move under it, which is only from failed to completed and so ends.
   */
  private WriteOutcome finish(WriteOutcome outcome) {
    WriteOutcome latest = outcome;
    while (isFinished(latest)) {
      ProcessingStatus seen = latest.current().orElseThrow();
      switch (attempt(seen.uploadId(), "status.finish", end(seen))) {
        case Attempt.Written(ProcessingStatus record) -> {
          return new Applied(record);
        }
        case Attempt.Refused(StoredStatus by) -> latest = at(by.record(), outcome);
        case Attempt.Gone() -> latest = new Absent();
      }
    }
    return latest;
  }

  private static boolean isFinished(WriteOutcome outcome) {
    return outcome
        .current()
        .filter(record -> !record.isTerminal() && record.progress().isFinished())
        .isPresent();
  }

  private UpdateItemRequest end(ProcessingStatus seen) {
    Instant now = now();
    if (seen.progress().failedBatches() == 0) {
      return writes.finish(seen, Status.COMPLETED, Optional.empty(), now);
    }
    var text = Failure.ofFailedBatches(seen.progress());
    var error = new StatusError(text.code(), text.message(), now);
    return writes.finish(seen, Status.ERROR, Optional.of(error), now);
  }

  /** The same outcome with the record as it is by now. */
  private static WriteOutcome at(ProcessingStatus record, WriteOutcome outcome) {
    return switch (outcome) {
      case Applied _ -> new Applied(record);
      case Unchanged _ -> new Unchanged(record);
      case Absent absent -> absent;
    };
  }

  private Attempt attempt(UploadId id, String operation, UpdateItemRequest write) {
    return traced.write(
        id,
        operation,
        trace ->
            attempt(
                trace
                    .map(place ->
                        ConditionalWrite.alsoSetting(
                            write, StatusCodec.TRACE, Attribute.of(place.value())))
                    .orElse(write)),
        Attempt::word,
        Attempt::current);
  }

  private Attempt attempt(UpdateItemRequest write) {
    try {
      return new Attempt.Written(codec.decode(client.updateItem(write).attributes()));
    } catch (ConditionalCheckFailedException refused) {
      if (!refused.hasItem()) {
        return new Attempt.Gone();
      }
      StoredStatus by = codec.decodeStored(refused.item());
      return by.record().isExpired(now()) ? new Attempt.Gone() : new Attempt.Refused(by);
    }
  }

  private static String wordFor(WriteOutcome outcome) {
    return switch (outcome) {
      case Applied _ -> "applied";
      case Unchanged _ -> "unchanged";
      case Absent _ -> "absent";
    };
  }

  private static WriteOutcome outcome(Attempt attempt) {
    return switch (attempt) {
      case Attempt.Written(ProcessingStatus record) -> new Applied(record);
      case Attempt.Refused(StoredStatus by) -> new Unchanged(by.record());
      case Attempt.Gone() -> new Absent();
    };
  }

  /** Milliseconds are what the table keeps. */
  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  /** What became of one conditional write. */
  private sealed interface Attempt {
    /** For a trace. */
    default String word() {
      return wordFor(outcome(this));
    }

    /** The record as it is then. */
    default Optional<ProcessingStatus> current() {
      return outcome(this).current();
    }

    record Written(ProcessingStatus record) implements Attempt {}

    /** The condition did not hold for a record that lives. */
    record Refused(StoredStatus by) implements Attempt {}

    /** There is no record, or its life is over. */
    record Gone() implements Attempt {}
  }
}
