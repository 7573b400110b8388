package dev.headway.api;

import dev.headway.status.ErrorCode;
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
import java.util.Optional;

/** Records and leads to test with. */
public final class Samples {
  public static final Instant NOW = Instant.parse("2025-01-09T10:02:30Z");
  public static final OwnerId ALICE = new OwnerId("alice");
  public static final OwnerId MALLORY = new OwnerId("mallory");
  public static final UploadId ID = new UploadId("550e8400-e29b-41d4-a716-446655440000");

  private Samples() {}

  /** Alice's upload, three of ten batches done, at this version. */
  public static ProcessingStatus processing(long version) {
    return record(ID, ALICE, version, Status.PROCESSING);
  }

  public static ProcessingStatus record(UploadId id, OwnerId owner, long version, Status status) {
    Optional<StatusError> error =
        status == Status.ERROR
            ? Optional.of(new StatusError(ErrorCode.EMPTY_FILE, "The file is empty.", NOW))
            : Optional.empty();
    return new ProcessingStatus(
        id,
        owner,
        version,
        status,
        Stage.BATCH_PROCESSING,
        new Progress(10, 3, 0, 100, 30, 28, 2),
        new FileMetadata("leads.xlsx", 1_024_000),
        false,
        error,
        NOW.minus(Duration.ofSeconds(150)),
        NOW,
        NOW.plus(Duration.ofHours(24)),
        Optional.empty(),
        Pace.UNKNOWN);
  }

  /** A lead that differs from others by its number. */
  public static Lead lead(int number) {
    return new Lead(
        "lead-" + number,
        "Ada",
        "Lovelace",
        "Countess",
        "Analytical, Inc.",
        "ada" + number + "@example.com",
        "+44 20 7946 0000",
        "",
        "leads.xlsx",
        ID,
        "2025-01-09T10:00:00Z",
        "2025-01-09T10:02:30Z");
  }
}
