package dev.headway.status;

/**
 * What one completed batch adds to the counts of leads.
 *
 * @param created leads stored for the first time
 * @param updated leads that were stored before and now have newer values
 * @param processed rows of the batch that were standardized; at least created + updated, more where
 *     several rows of the batch are the same lead
 */
public record BatchResult(int processed, int created, int updated) {
  public BatchResult {
    if (created < 0 || updated < 0 || processed < (long) created + updated) {
      throw new IllegalArgumentException(
          "a batch cannot have processed %d, created %d and updated %d leads"
              .formatted(processed, created, updated));
    }
  }
}
