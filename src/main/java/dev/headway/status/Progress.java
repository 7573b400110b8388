package dev.headway.status;

/**
 * How much is done, in counts. A total of 0 batches means that the file has not been split yet.
 *
 * @param totalBatches batches the file was split into, 0 before that
 * @param completedBatches batches that were done, each counted once
 * @param failedBatches batches that failed finally, each counted once
 * @param totalLeads leads in the file, 0 before the split
 * @param processedLeads leads of the completed batches
 * @param createdLeads of those, leads that were new
 * @param updatedLeads of those, leads that were known before
 */
public record Progress(
    int totalBatches,
    int completedBatches,
    int failedBatches,
    int totalLeads,
    int processedLeads,
    int createdLeads,
    int updatedLeads) {
  public static final Progress NONE = new Progress(0, 0, 0, 0, 0, 0, 0);

  public Progress {
    requireCount("totalBatches", totalBatches);
    requireCount("completedBatches", completedBatches);
    requireCount("failedBatches", failedBatches);
    if (failedBatches > Integer.MAX_VALUE - completedBatches) {
      throw new IllegalArgumentException("more batches are counted than there can be");
    }
    requireCount("totalLeads", totalLeads);
    requireCount("processedLeads", processedLeads);
    requireCount("createdLeads", createdLeads);
    requireCount("updatedLeads", updatedLeads);
  }

  private static void requireCount(String name, int value) {
    if (value < 0) {
      throw new IllegalArgumentException(name + " is a count, not " + value);
    }
  }

  /** Batches whose outcome is known. */
  public int countedBatches() {
    return completedBatches + failedBatches;
  }

  public boolean isSplit() {
    return totalBatches > 0;
  }

  /** Whether every batch has its outcome, so that the upload can end. */
  public boolean isFinished() {
    return isSplit() && countedBatches() == totalBatches;
  }

  /**
   * Tenths of a percent of the batches whose outcome is known, rounded down; 1000 only once the
   * upload is {@code completed}, so that a full bar always means that the work is over.
   */
  int permille(Status status) {
    if (status == Status.COMPLETED) {
      return 1000;
    }
    if (!isSplit()) {
      return 0;
    }
    return (int) Math.min(999, 1000L * countedBatches() / totalBatches);
  }
}
