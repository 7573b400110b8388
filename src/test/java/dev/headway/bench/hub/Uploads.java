package dev.headway.bench.hub;

import dev.headway.api.StatusJson;
import dev.headway.status.FileMetadata;
import dev.headway.status.OwnerId;
import dev.headway.status.Pace;
import dev.headway.status.ProcessingStatus;
import dev.headway.status.Progress;
import dev.headway.status.Stage;
import dev.headway.status.Status;
import dev.headway.status.UploadId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * The uploads that are watched, by number. Every server sends the same bytes for a version, and the
 * version is the moment of the change in microseconds since 1970: that is how a reader knows how
 * long it took.
 */
public final class Uploads {
  public static final String OWNER = "bench";

  /** So late that nothing stalls or expires, whenever this runs. */
  private static final Instant CREATED = Instant.parse("2100-01-01T00:00:00Z");

  private static final StatusJson JSON = new StatusJson();

  private Uploads() {}

  public static UploadId id(int number) {
    return new UploadId(new UUID(0, number).toString());
  }

  /** The number of an id that {@link #id} made. */
  public static int number(String id) {
    return (int) UUID.fromString(id).getLeastSignificantBits();
  }

  public static ProcessingStatus record(UploadId id, long version) {
    return new ProcessingStatus(
        id,
        new OwnerId(OWNER),
        version,
        Status.PROCESSING,
        Stage.BATCH_PROCESSING,
        new Progress(10, 3, 0, 100, 30, 28, 2),
        new FileMetadata("leads.csv", 1024),
        /* stalled= */ false,
        Optional.empty(),
        CREATED,
        CREATED,
        CREATED.plus(Duration.ofHours(24)),
        Optional.of(CREATED.plus(Duration.ofHours(12))),
        Pace.UNKNOWN);
  }

  static byte[] json(int number, long version) {
    return JSON.encode(record(id(number), version));
  }

  public static long nowMicros() {
    Instant now = Instant.now();
    return now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000;
  }
}
