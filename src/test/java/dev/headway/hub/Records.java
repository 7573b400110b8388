package dev.headway.hub;

import dev.headway.status.FileMetadata;
import dev.headway.status.OwnerId;
import dev.headway.status.Pace;
import dev.headway.status.ProcessingStatus;
import dev.headway.status.Progress;
import dev.headway.status.Stage;
import dev.headway.status.Status;
import dev.headway.status.StatusEncoder;
import dev.headway.status.UploadId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Records for tests, all of one time and owner. */
public final class Records {
  public static final Instant NOW = Instant.parse("2025-01-09T10:00:00Z");
  public static final OwnerId OWNER = new OwnerId("owner");
  public static final Duration PROMISE = Duration.ofMinutes(5);
  public static final Instant EXPIRY = NOW.plus(Duration.ofHours(24));

  /** Enough to recognize a version by. */
  public static final StatusEncoder ENCODER =
      r ->
          "{\"uploadId\":\"%s\",\"version\":%d,\"status\":\"%s\"}"
              .formatted(r.uploadId(), r.version(), r.status().wire())
              .getBytes(StandardCharsets.UTF_8);

  private Records() {}

  public static UploadId id(String name) {
    return new UploadId(name);
  }

  public static ProcessingStatus processing(UploadId id, long version) {
    return record(id, version, Status.PROCESSING, EXPIRY, false);
  }

  public static ProcessingStatus completed(UploadId id, long version) {
    return record(id, version, Status.COMPLETED, EXPIRY, false);
  }

  public static ProcessingStatus completed(UploadId id, long version, Instant expiresAt) {
    return record(id, version, Status.COMPLETED, expiresAt, false);
  }

  public static ProcessingStatus stalled(UploadId id, long version) {
    return record(id, version, Status.PROCESSING, EXPIRY, true);
  }

  public static ProcessingStatus expiring(UploadId id, long version, Instant expiresAt) {
    return record(id, version, Status.PROCESSING, expiresAt, false);
  }

  /** The first record of somebody's upload, created so many seconds after the others. */
  public static ProcessingStatus created(UploadId id, OwnerId owner, long secondsLater) {
    return record(id, owner, 1, Status.UPLOADING, NOW.plusSeconds(secondsLater), EXPIRY, false);
  }

  /** A later version of it. */
  public static ProcessingStatus next(ProcessingStatus before, Status status) {
    return record(
        before.uploadId(),
        before.ownerId(),
        before.version() + 1,
        status,
        before.createdAt(),
        before.expiresAt(),
        false);
  }

  public static Change change(ProcessingStatus record) {
    return new Change(record, ENCODER);
  }

  private static ProcessingStatus record(
      UploadId id, long version, Status status, Instant expiresAt, boolean stalled) {
    return record(id, OWNER, version, status, NOW, expiresAt, stalled);
  }

  private static ProcessingStatus record(
      UploadId id,
      OwnerId owner,
      long version,
      Status status,
      Instant createdAt,
      Instant expiresAt,
      boolean stalled) {
    return new ProcessingStatus(
        id,
        owner,
        version,
        status,
        status.isTerminal() ? Stage.COMPLETED : Stage.BATCH_PROCESSING,
        new Progress(10, 3, 0, 100, 30, 28, 2),
        new FileMetadata("leads.csv", 1024),
        stalled,
        Optional.empty(),
        createdAt,
        createdAt,
        expiresAt,
        status.isTerminal() ? Optional.empty() : Optional.of(createdAt.plus(PROMISE)),
        Pace.UNKNOWN);
  }
}
