package dev.headway.status;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * One upload's status record as readers see it: whole, immutable, ordered by its version alone.
 *
 * @param version 1 at creation, one more with every write; orders changes where clocks cannot
 * @param stalled the work has missed the deadline that its last writer promised
 * @param error present exactly when the status is {@link Status#ERROR}
 * @param expiresAt from then on readers treat the record as absent
 * @param deadline when the next sign of life is due; empty once the upload is over
 * @param trace where the last write belongs; empty where nobody traces. No part of what readers see
 */
public record ProcessingStatus(
    UploadId uploadId,
    OwnerId ownerId,
    long version,
    Status status,
    Stage stage,
    Progress progress,
    FileMetadata file,
    boolean stalled,
    Optional<StatusError> error,
    Instant createdAt,
    Instant updatedAt,
    Instant expiresAt,
    Optional<Instant> deadline,
    Pace pace,
    Optional<TraceParent> trace) {
  public ProcessingStatus {
    if (version < 1) {
      throw new IllegalArgumentException("versions start at 1, not " + version);
    }
    if (error.isPresent() != (status == Status.ERROR)) {
      throw new IllegalArgumentException("an error belongs to the status error and to no other");
    }
  }

  /** A record that nobody traces. */
  public ProcessingStatus(
      UploadId uploadId,
      OwnerId ownerId,
      long version,
      Status status,
      Stage stage,
      Progress progress,
      FileMetadata file,
      boolean stalled,
      Optional<StatusError> error,
      Instant createdAt,
      Instant updatedAt,
      Instant expiresAt,
      Optional<Instant> deadline,
      Pace pace) {
    this(
        uploadId,
        ownerId,
        version,
        status,
        stage,
        progress,
        file,
        stalled,
        error,
        createdAt,
        updatedAt,
        expiresAt,
        deadline,
        pace,
        Optional.empty());
  }

  /** The same record at another place of a trace, or of none. */
  public ProcessingStatus withTrace(Optional<TraceParent> place) {
    return new ProcessingStatus(
        uploadId, ownerId, version, status, stage, progress, file, stalled, error, createdAt,
        updatedAt, expiresAt, deadline, pace, place);
  }

  public boolean isTerminal() {
    return status.isTerminal();
  }

  public boolean isOwnedBy(OwnerId asker) {
    return ownerId.equals(asker);
  }

  /** Whether the record's life is over at {@code now}, however late DynamoDB deletes it. */
  public boolean isExpired(Instant now) {
    return !now.isBefore(expiresAt);
  }

  /** 0 to 100 with one decimal; 100 only when {@link Status#COMPLETED}. */
  public double percentage() {
    return progress.permille(status) / 10.0;
  }

  /** When the work will probably be done; empty while there is nothing honest to say. */
  public Optional<Instant> estimatedCompletion() {
    return Estimate.completionOf(this);
  }

  /**
   * How long a node may hold this version before the work counts as stalled. A difference of two
   * stamps of one writer, so that no clocks of two machines are compared; empty when nothing more
   * is promised.
   */
  public Optional<Duration> promise() {
    return deadline.map(due -> Duration.between(updatedAt, due));
  }
}
