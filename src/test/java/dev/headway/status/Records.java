package dev.headway.status;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Records for tests, which say only what they are about. */
final class Records {
  static final Instant START = Instant.parse("2025-01-09T10:00:00Z");

  static final ProcessingStatus UPLOADING =
      new ProcessingStatus(
          new UploadId("550e8400-e29b-41d4-a716-446655440000"),
          new OwnerId("grace"),
          1,
          Status.UPLOADING,
          Stage.FILE_UPLOAD,
          Progress.NONE,
          new FileMetadata("leads.xlsx", 1_024_000),
          false,
          Optional.empty(),
          START,
          START,
          START.plus(Duration.ofHours(24)),
          Optional.of(START.plus(Duration.ofMinutes(30))),
          Pace.UNKNOWN);

  private Records() {}

  /** At work since {@link #START}, with so many batches counted. */
  static ProcessingStatus processing(int total, int completed, int failed, Pace pace) {
    return with(
        Status.PROCESSING,
        new Progress(total, completed, failed, total * 10, completed * 10, completed * 10, 0),
        false,
        pace);
  }

  static ProcessingStatus with(Status status, Progress progress, boolean stalled, Pace pace) {
    var error =
        new StatusError(
            ErrorCode.PARTIAL_FAILURE, "Some leads could not be processed.", START.plusSeconds(9));
    return new ProcessingStatus(
        UPLOADING.uploadId(),
        UPLOADING.ownerId(),
        17,
        status,
        Stage.BATCH_PROCESSING,
        progress,
        UPLOADING.file(),
        stalled,
        status == Status.ERROR ? Optional.of(error) : Optional.empty(),
        START,
        START.plusSeconds(150),
        START.plusSeconds(150).plus(Duration.ofHours(24)),
        status.isTerminal() ? Optional.empty() : Optional.of(START.plusSeconds(750)),
        pace);
  }

  /** Batches done so many seconds after {@link #START}. */
  static Pace doneAfter(long... seconds) {
    List<Instant> recent = Arrays.stream(seconds).mapToObj(START::plusSeconds).toList();
    return new Pace(Optional.of(START), recent);
  }
}
