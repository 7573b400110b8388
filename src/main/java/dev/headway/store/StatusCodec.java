package dev.headway.store;

import dev.headway.status.ErrorCode;
import dev.headway.status.FileMetadata;
import dev.headway.status.OwnerId;
import dev.headway.status.Pace;
import dev.headway.status.ProcessingStatus;
import dev.headway.status.Progress;
import dev.headway.status.Stage;
import dev.headway.status.Status;
import dev.headway.status.StatusError;
import dev.headway.status.TraceParent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Status records as items of the table and of its stream. Stateless; any thread.
 *
 * <p>Attributes that it does not know are passed over, so that a later version may add some. What
 * it knows must be there, of its type and within its bounds: a record is read whole or not at all.
 */
public final class StatusCodec {
  /** Where the last write belongs in a trace; there only while somebody traces. */
  static final String TRACE = "traceparent";

  /** The attributes of a record that readers need; what only writers look at stays in the table. */
  static final List<String> READ =
      List.of(
          "uploadId",
          "ownerId",
          "version",
          "status",
          "stage",
          "progress",
          "metadata",
          "stalled",
          "error",
          "createdAt",
          "updatedAt",
          "ttl",
          "deadline",
          "splitAt",
          "recent",
          TRACE);

  /**
   * The record that an item holds, whether or not its life is over.
   *
   * @param item of the table, or the new image of a record of the stream
   * @throws UndecodableRecordException naming the attribute that makes it none
   */
  public ProcessingStatus decode(Map<String, AttributeValue> item) {
    return record(new ItemReader(item));
  }

  /** The same with what only writers look at. */
  StoredStatus decodeStored(Map<String, AttributeValue> item) {
    var reader = new ItemReader(item);
    return new StoredStatus(
        record(reader),
        reader.textIfAny("objectETag"),
        reader.has("allSent") && reader.flag("allSent"),
        reader.numbers("doneBatches"),
        reader.numbers("failedBatches"));
  }

  /** The whole item of a record of which no batch has been counted yet. */
  public Map<String, AttributeValue> encode(ProcessingStatus record) {
    var item = new HashMap<String, AttributeValue>();
    item.put("uploadId", Attribute.of(record.uploadId().value()));
    item.put("ownerId", Attribute.of(record.ownerId().value()));
    item.put("version", Attribute.of(record.version()));
    item.put("status", Attribute.of(record.status().wire()));
    item.put("stage", Attribute.of(record.stage().wire()));
    item.put("progress", encode(record.progress()));
    item.put(
        "metadata",
        AttributeValue.fromM(
            Map.of(
                "fileName", Attribute.of(record.file().fileName()),
                "fileSize", Attribute.of(record.file().fileSize()),
                "startTime", Attribute.of(record.createdAt()))));
    item.put("stalled", Attribute.of(record.stalled()));
    record.error().ifPresent(error -> item.put("error", encode(error)));
    item.put("createdAt", Attribute.of(record.createdAt()));
    item.put("updatedAt", Attribute.of(record.updatedAt()));
    item.put("ttl", Attribute.of(record.expiresAt().getEpochSecond()));
    record.deadline().ifPresent(due -> item.put("deadline", Attribute.of(due)));
    record.pace().startedAt().ifPresent(start -> item.put("splitAt", Attribute.of(start)));
    item.put("recent", encode(record.pace().recent()));
    record.trace().ifPresent(trace -> item.put(TRACE, Attribute.of(trace.value())));
    return item;
  }

  static AttributeValue encode(StatusError error) {
    return AttributeValue.fromM(
        Map.of(
            "code", Attribute.of(error.code().wire()),
            "message", Attribute.of(error.message()),
            "timestamp", Attribute.of(error.timestamp())));
  }

  /** The key under which {@code recent} keeps when the outcome of a batch was known. */
  static String slotOf(int batchNumber) {
    return Integer.toString(Math.floorMod(batchNumber, Pace.SLOTS));
  }

  private static AttributeValue encode(Progress progress) {
    return AttributeValue.fromM(
        Map.of(
            "totalBatches", Attribute.of(progress.totalBatches()),
            "completedBatches", Attribute.of(progress.completedBatches()),
            "failedBatches", Attribute.of(progress.failedBatches()),
            "totalLeads", Attribute.of(progress.totalLeads()),
            "processedLeads", Attribute.of(progress.processedLeads()),
            "createdLeads", Attribute.of(progress.createdLeads()),
            "updatedLeads", Attribute.of(progress.updatedLeads())));
  }

  private static AttributeValue encode(List<Instant> recent) {
    var slots = new HashMap<String, AttributeValue>();
    for (Instant time : recent) {
      slots.put(Integer.toString(slots.size()), Attribute.of(time));
    }
    return AttributeValue.fromM(slots);
  }

  private static ProcessingStatus record(ItemReader item) {
    Status status =
        Status.parse(item.text("status"))
            .orElseThrow(() -> item.unreadable("status", "is not a status"));
    if (item.has("error") != (status == Status.ERROR)) {
      throw item.unreadable("error", "belongs to the status error and to no other");
    }
    return new ProcessingStatus(
        item.uploadId(),
        owner(item),
        item.number("version", 1, Long.MAX_VALUE),
        status,
        Stage.parse(item.text("stage"))
            .orElseThrow(() -> item.unreadable("stage", "is not a stage")),
        progress(item),
        file(item),
        item.flag("stalled"),
        item.has("error") ? Optional.of(error(item.within("error"))) : Optional.empty(),
        item.instant("createdAt"),
        item.instant("updatedAt"),
        item.epochSecond("ttl"),
        item.instantIfAny("deadline"),
        new Pace(item.instantIfAny("splitAt"), recent(item.withinOrEmpty("recent"))),
        item.textOrNone(TRACE).flatMap(TraceParent::parse));
  }

  private static OwnerId owner(ItemReader item) {
    String owner = item.text("ownerId");
    try {
      return new OwnerId(owner);
    } catch (IllegalArgumentException e) {
      throw item.unreadable("ownerId", "is not an owner id");
    }
  }

  private static Progress progress(ItemReader item) {
    ItemReader progress = item.within("progress");
    int completed = progress.count("completedBatches");
    int failed = progress.count("failedBatches");
    if (failed > Integer.MAX_VALUE - completed) {
      throw item.unreadable("progress", "counts more batches than there can be");
    }
    return new Progress(
        progress.count("totalBatches"),
        completed,
        failed,
        progress.count("totalLeads"),
        progress.count("processedLeads"),
        progress.count("createdLeads"),
        progress.count("updatedLeads"));
  }

  private static FileMetadata file(ItemReader item) {
    ItemReader metadata = item.within("metadata");
    String name = metadata.text("fileName");
    if (name.isBlank()) {
      throw metadata.unreadable("fileName", "is blank");
    }
    return new FileMetadata(name, metadata.number("fileSize", 0, Long.MAX_VALUE));
  }

  private static StatusError error(ItemReader error) {
    String code = error.text("code");
    return Arrays.stream(ErrorCode.values())
        .filter(known -> known.wire().equals(code))
        .findFirst()
        .map(known -> new StatusError(known, error.text("message"), error.instant("timestamp")))
        .orElseThrow(() -> error.unreadable("code", "is not an error code"));
  }

  private static List<Instant> recent(ItemReader recent) {
    var times = new ArrayList<Instant>();
    for (int slot = 0; slot < Pace.SLOTS; slot++) {
      recent.instantIfAny(slotOf(slot)).ifPresent(times::add);
    }
    return times;
  }
}
