package dev.headway.leads;

import dev.headway.status.UploadId;
import java.time.Instant;

/**
 * Which of two values of a lead is the newer one, whatever order they are written in: that of the
 * later upload, within an upload that of the later row, and of one row the standardized one over
 * the raw one. As text that sorts like that, because DynamoDB compares it.
 */
record LeadRank(String value) {
  static LeadRank standardized(Instant uploadedAt, UploadId upload, int row) {
    return of(uploadedAt, upload, row, 1);
  }

  /** Of a row that was kept as it is because the model failed. */
  static LeadRank raw(Instant uploadedAt, UploadId upload, int row) {
    return of(uploadedAt, upload, row, 0);
  }

  private static LeadRank of(Instant uploadedAt, UploadId upload, int row, int quality) {
    return new LeadRank(
        "%015d#%s#%08d#%d".formatted(uploadedAt.toEpochMilli(), upload, row, quality));
  }
}
