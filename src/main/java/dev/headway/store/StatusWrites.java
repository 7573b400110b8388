package dev.headway.store;

import dev.headway.status.BatchResult;
import dev.headway.status.FileMetadata;
import dev.headway.status.OwnerId;
import dev.headway.status.Pace;
import dev.headway.status.ProcessingStatus;
import dev.headway.status.Progress;
import dev.headway.status.Stage;
import dev.headway.status.Status;
import dev.headway.status.StatusError;
import dev.headway.status.UploadId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/**
 * The writes of the status table, each with its invariants as its condition: what must never happen
 * is refused by DynamoDB itself, however many workers there are and however often each repeats
 * itself. Pure: builds requests and sends none.
 *
 * <p>Every write but a creation asks for a record whose life is not over, and moves the version by
 * one. A worker's write also promises the next one and clears {@code stalled}.
 */
final class StatusWrites {
  /** The contract's: a record lives this long after the last write by a worker. */
  static final Duration LIFE = Duration.ofHours(24);

  private final String table;
  private final Promises promises;
  private final StatusCodec codec;

  StatusWrites(StatusTable table, Promises promises, StatusCodec codec) {
    this.table = table.name();
    this.promises = promises;
    this.codec = codec;
  }

  /** The record of an upload that begins at {@code now}. */
  ProcessingStatus firstRecord(
      UploadId id, OwnerId owner, FileMetadata file, long version, Instant now) {
    return new ProcessingStatus(
        id,
        owner,
        version,
        Status.UPLOADING,
        Stage.FILE_UPLOAD,
        Progress.NONE,
        file,
        false,
        Optional.empty(),
        now,
        now,
        Instant.ofEpochSecond(now.plus(LIFE).getEpochSecond()),
        Optional.of(now.plus(promises.uploading())),
        Pace.UNKNOWN);
  }

  PutItemRequest create(ProcessingStatus first) {
    return put(first).conditionExpression("attribute_not_exists(uploadId)").build();
  }

  /** Puts a new record in the place of one whose life is over and that is still what it was. */
  PutItemRequest replace(ProcessingStatus leftover, ProcessingStatus first) {
    return put(first)
        .conditionExpression("version = :version AND #ttl = :ttl")
        .expressionAttributeNames(Map.of("#ttl", "ttl"))
        .expressionAttributeValues(
            Map.of(
                ":version", Attribute.of(leftover.version()),
                ":ttl", Attribute.of(leftover.expiresAt().getEpochSecond())))
        .build();
  }

  private PutItemRequest.Builder put(ProcessingStatus first) {
    var item = new HashMap<>(codec.encode(first));
    item.put(StatusTable.AWAITS, Attribute.of(StatusTable.AWAITS_FILE));
    return PutItemRequest.builder()
        .tableName(table)
        .item(item)
        .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD);
  }

  /** Forward in status, in stage or in both, and back in neither. */
  UpdateItemRequest advance(UploadId id, Status status, Stage stage, Instant now) {
    return atMost(id, status, stage, now)
        .when("NOT (#status = :status AND #stage = :stage)")
        .toRequest();
  }

  /**
   * Names the file of an upload that has none and has not come further than this, and moves it
   * here.
   */
  UpdateItemRequest acceptFile(UploadId id, String eTag, Status status, Stage stage, Instant now) {
    return atMost(id, status, stage, now)
        .when("attribute_not_exists(#objectETag)")
        .set("#objectETag = :objectETag")
        .with("objectETag", Attribute.of(eTag))
        .toRequest();
  }

  /** A worker's write that moves nothing back. */
  private ConditionalWrite atMost(UploadId id, Status status, Stage stage, Instant now) {
    List<String> statuses =
        Status.active().stream().filter(s -> s.compareTo(status) <= 0).map(Status::wire).toList();
    List<String> stages =
        Arrays.stream(Stage.values())
            .filter(s -> s.compareTo(stage) <= 0)
            .map(Stage::wire)
            .toList();
    ConditionalWrite write = work(id, status, stage, now);
    return write
        .when("#status IN (" + listed(write, "status", statuses) + ")")
        .when("#stage IN (" + listed(write, "stage", stages) + ")");
  }

  /** Ends an upload that still waits for its file and that nobody has touched since. */
  UpdateItemRequest abandon(UploadId id, long version, StatusError error, Instant now) {
    return ending(id, Status.ERROR, Optional.of(error), now)
        .when("#version = :version AND #status = :uploading")
        .with("version", Attribute.of(version))
        .with("uploading", Attribute.of(Status.UPLOADING.wire()))
        .toRequest();
  }

  UpdateItemRequest split(UploadId id, int totalBatches, int totalLeads, Instant now) {
    return work(id, Status.PROCESSING, Stage.BATCH_PROCESSING, now)
        .when("#progress.#totalBatches = :zero")
        .set("#progress.#totalBatches = :batches")
        .set("#progress.#totalLeads = :leads")
        .set("#splitAt = :updatedAt")
        .with("zero", Attribute.of(0))
        .with("batches", Attribute.of(totalBatches))
        .with("leads", Attribute.of(totalLeads))
        .toRequest();
  }

  UpdateItemRequest confirmSent(UploadId id, String eTag, Instant now) {
    return work(id, Status.PROCESSING, Stage.BATCH_PROCESSING, now)
        .when("#objectETag = :objectETag AND attribute_not_exists(#allSent)")
        .set("#allSent = :true")
        .with("objectETag", Attribute.of(eTag))
        .with("true", Attribute.of(true))
        .toRequest();
  }

  /** Counts a batch of which nothing is known yet as completed. */
  UpdateItemRequest countCompleted(UploadId id, int batchNumber, BatchResult result, Instant now) {
    return completed(id, batchNumber, result, now)
        .when("NOT contains(#doneBatches, :batch) AND NOT contains(#failedBatches, :batch)")
        .toRequest();
  }

  /** Counts a batch that was counted as failed as completed instead. */
  UpdateItemRequest moveToCompleted(UploadId id, int batchNumber, BatchResult result, Instant now) {
    return completed(id, batchNumber, result, now)
        .when("NOT contains(#doneBatches, :batch) AND contains(#failedBatches, :batch)")
        .set("#progress.#failedBatches = #progress.#failedBatches - :one")
        .delete("#failedBatches :batches")
        .toRequest();
  }

  private ConditionalWrite completed(
      UploadId id, int batchNumber, BatchResult result, Instant now) {
    return outcome(id, batchNumber, now)
        // No reader can count beyond an int. Created and updated leads are processed ones.
        .when("#progress.#processedLeads <= :room")
        .set("#progress.#completedBatches = #progress.#completedBatches + :one")
        .set("#progress.#processedLeads = #progress.#processedLeads + :processed")
        .set("#progress.#createdLeads = #progress.#createdLeads + :created")
        .set("#progress.#updatedLeads = #progress.#updatedLeads + :updated")
        .add("#doneBatches :batches")
        .with("room", Attribute.of(Integer.MAX_VALUE - result.processed()))
        .with("processed", Attribute.of(result.processed()))
        .with("created", Attribute.of(result.created()))
        .with("updated", Attribute.of(result.updated()));
  }

  UpdateItemRequest countFailed(UploadId id, int batchNumber, Instant now) {
    return outcome(id, batchNumber, now)
        .when("NOT contains(#doneBatches, :batch) AND NOT contains(#failedBatches, :batch)")
        .set("#progress.#failedBatches = #progress.#failedBatches + :one")
        .add("#failedBatches :batches")
        .toRequest();
  }

  private ConditionalWrite outcome(UploadId id, int batchNumber, Instant now) {
    String number = Integer.toString(batchNumber);
    return work(id, Status.PROCESSING, Stage.BATCH_PROCESSING, now)
        .when("#progress.#totalBatches = :zero OR #progress.#totalBatches >= :batch")
        .when("attribute_exists(#recent)")
        .set("#recent.#slot = :updatedAt")
        .named("slot", StatusCodec.slotOf(batchNumber))
        .with("zero", Attribute.of(0))
        .with("batch", AttributeValue.fromN(number))
        .with("batches", AttributeValue.fromNs(List.of(number)));
  }

  /**
   * Ends an upload whose every batch has its outcome. A condition of DynamoDB cannot add, so this
   * one holds for exactly the counts that were seen; they name the last state of all, since while
   * the totals stand the same counts mean the same batches.
   */
  UpdateItemRequest finish(
      ProcessingStatus seen, Status end, Optional<StatusError> error, Instant now) {
    Progress counts = seen.progress();
    return ending(seen.uploadId(), end, error, now)
        .when(
            "#progress.#completedBatches = :completedBatches"
                + " AND #progress.#failedBatches = :failedBatches"
                + " AND #progress.#totalBatches = :totalBatches")
        .with("completedBatches", Attribute.of(counts.completedBatches()))
        .with("failedBatches", Attribute.of(counts.failedBatches()))
        .with("totalBatches", Attribute.of(counts.totalBatches()))
        .toRequest();
  }

  UpdateItemRequest fail(UploadId id, StatusError error, Instant now) {
    return ending(id, Status.ERROR, Optional.of(error), now).toRequest();
  }

  UpdateItemRequest cancel(UploadId id, Instant now) {
    return ending(id, Status.CANCELLED, Optional.empty(), now).toRequest();
  }

  /** No worker's write: the promise that was broken stays what it was, and so does the life. */
  UpdateItemRequest stall(UploadId id, long version, Instant now) {
    return active(id, now)
        .when("#version = :version AND #stalled = :false AND attribute_exists(#deadline)")
        .set("#stalled = :true")
        .with("version", Attribute.of(version))
        .with("false", Attribute.of(false))
        .with("true", Attribute.of(true))
        .toRequest();
  }

  /** A worker's write, after which the work goes on. */
  private ConditionalWrite work(UploadId id, Status status, Stage stage, Instant now) {
    return signOfLife(id, status, now)
        .set("#stage = :stage")
        .set("#deadline = :deadline")
        .with("stage", Attribute.of(stage.wire()))
        .with("deadline", Attribute.of(now.plus(promises.after(status, stage))));
  }

  /** A worker's write, after which nothing ever changes. The sets have served; the counts stay. */
  private ConditionalWrite ending(
      UploadId id, Status end, Optional<StatusError> error, Instant now) {
    ConditionalWrite write =
        signOfLife(id, end, now)
            .remove("#deadline")
            .remove("#doneBatches")
            .remove("#failedBatches");
    error.ifPresent(e -> write.set("#error = :error").with("error", StatusCodec.encode(e)));
    if (end == Status.COMPLETED) {
      write.set("#stage = :stage").with("stage", Attribute.of(Stage.COMPLETED.wire()));
    }
    return write;
  }

  private ConditionalWrite signOfLife(UploadId id, Status status, Instant now) {
    ConditionalWrite write =
        active(id, now)
            .set("#status = :status")
            .set("#updatedAt = :updatedAt")
            .set("#ttl = :ttl")
            .set("#stalled = :false")
            .with("status", Attribute.of(status.wire()))
            .with("updatedAt", Attribute.of(now))
            .with("ttl", Attribute.of(now.plus(LIFE).getEpochSecond()))
            .with("false", Attribute.of(false));
    if (status != Status.UPLOADING) {
      write.remove("#" + StatusTable.AWAITS);
    }
    return write;
  }

  /**
   * Asks that the upload exists, lives and is not over. A late batch must not raise an ownerless
   * ghost: an update without a condition would create what it does not find.
   */
  private ConditionalWrite active(UploadId id, Instant now) {
    var write = new ConditionalWrite(table, id);
    List<String> active = Status.active().stream().map(Status::wire).toList();
    return write
        .when("attribute_exists(#uploadId) AND #ttl > :now")
        .when("#status IN (" + listed(write, "active", active) + ")")
        .set("#version = #version + :one")
        .with("now", Attribute.of(now.getEpochSecond()))
        .with("one", Attribute.of(1));
  }

  /** Gives each text a name of its own in the write, and returns them for an {@code IN}. */
  private static String listed(ConditionalWrite write, String prefix, List<String> texts) {
    var names = new ArrayList<String>();
    for (String text : texts) {
      String name = prefix + names.size();
      write.with(name, Attribute.of(text));
      names.add(":" + name);
    }
    return String.join(", ", names);
  }
}
