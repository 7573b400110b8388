package dev.headway.tail;

import dev.headway.status.FileMetadata;
import dev.headway.status.OwnerId;
import dev.headway.status.Pace;
import dev.headway.status.ProcessingStatus;
import dev.headway.status.Progress;
import dev.headway.status.Stage;
import dev.headway.status.Status;
import dev.headway.status.UploadId;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The tests' own tiny item: an upload, its version, and when it expires. */
final class Items {
  static final OwnerId OWNER = new OwnerId("somebody");

  static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  static final Instant LATER = NOW.plusSeconds(86_400);

  private Items() {}

  static Map<String, AttributeValue> item(String upload, long version) {
    return item(upload, version, LATER);
  }

  static Map<String, AttributeValue> item(String upload, long version, Instant expiresAt) {
    return Map.of(
        "id", AttributeValue.fromS(upload),
        "version", AttributeValue.fromN(Long.toString(version)),
        "expiresAt", AttributeValue.fromS(expiresAt.toString()));
  }

  static Map<String, AttributeValue> oddItem(String upload) {
    return Map.of("id", AttributeValue.fromS(upload));
  }

  /** Empty for an item without version; throws for one without a good expiry. */
  static Optional<ProcessingStatus> decode(Map<String, AttributeValue> item) {
    if (!item.containsKey("version")) {
      return Optional.empty();
    }
    return Optional.of(
        status(
            attribute(item, "id").s(),
            Long.parseLong(attribute(item, "version").n()),
            Instant.parse(attribute(item, "expiresAt").s())));
  }

  private static AttributeValue attribute(Map<String, AttributeValue> item, String name) {
    return Objects.requireNonNull(item.get(name), name);
  }

  static ProcessingStatus status(String upload, long version, Instant expiresAt) {
    return new ProcessingStatus(
        new UploadId(upload),
        OWNER,
        version,
        Status.PROCESSING,
        Stage.BATCH_PROCESSING,
        Progress.NONE,
        new FileMetadata("leads.csv", 1),
        false,
        Optional.empty(),
        NOW,
        NOW,
        expiresAt,
        Optional.empty(),
        Pace.UNKNOWN);
  }
}
