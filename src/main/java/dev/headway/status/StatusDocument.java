package dev.headway.status;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The JSON form of a record. Holds nothing that depends on the time of asking: a version is the
 * same bytes whenever and by whomever it is asked for. The owner and the deadline stay inside.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({
  "uploadId",
  "version",
  "status",
  "stage",
  "progress",
  "metadata",
  "stalled",
  "error",
  "createdAt",
  "updatedAt",
  "expiresAt"
})
public record StatusDocument(
    UploadId uploadId,
    long version,
    Status status,
    Stage stage,
    ProgressDocument progress,
    MetadataDocument metadata,
    boolean stalled,
    @Nullable ErrorDocument error,
    String createdAt,
    String updatedAt,
    String expiresAt) {

  @JsonPropertyOrder({
    "totalBatches",
    "completedBatches",
    "failedBatches",
    "totalLeads",
    "processedLeads",
    "createdLeads",
    "updatedLeads",
    "percentage"
  })
  public record ProgressDocument(
      int totalBatches,
      int completedBatches,
      int failedBatches,
      int totalLeads,
      int processedLeads,
      int createdLeads,
      int updatedLeads,
      double percentage) {}

  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonPropertyOrder({"fileName", "fileSize", "startTime", "estimatedCompletion"})
  public record MetadataDocument(
      String fileName, long fileSize, String startTime, @Nullable String estimatedCompletion) {}

  @JsonPropertyOrder({"code", "message", "timestamp"})
  public record ErrorDocument(ErrorCode code, String message, String timestamp) {}

  public static StatusDocument of(ProcessingStatus record) {
    Progress p = record.progress();
    String createdAt = record.createdAt().toString();
    return new StatusDocument(
        record.uploadId(),
        record.version(),
        record.status(),
        record.stage(),
        new ProgressDocument(
            p.totalBatches(),
            p.completedBatches(),
            p.failedBatches(),
            p.totalLeads(),
            p.processedLeads(),
            p.createdLeads(),
            p.updatedLeads(),
            record.percentage()),
        new MetadataDocument(
            record.file().fileName(),
            record.file().fileSize(),
            createdAt,
            record.estimatedCompletion().map(Instant::toString).orElse(null)),
        record.stalled(),
        record
            .error()
            .map(e ->
                new ErrorDocument(
                    e.code(), Failure.shown(e.code(), e.message()), e.timestamp().toString()))
            .orElse(null),
        createdAt,
        record.updatedAt().toString(),
        record.expiresAt().toString());
  }
}
