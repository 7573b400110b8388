package dev.headway.status;

import java.time.Instant;
import java.util.Comparator;

/** An upload's place among its owner's, who has them listed by the time of their creation. */
public record OwnedUpload(UploadId uploadId, Instant createdAt) {
  public static final Comparator<OwnedUpload> NEWEST_FIRST =
      Comparator.comparing(OwnedUpload::createdAt)
          .reversed()
          .thenComparing(upload -> upload.uploadId().value());

  public static OwnedUpload of(ProcessingStatus record) {
    return new OwnedUpload(record.uploadId(), record.createdAt());
  }
}
