package dev.headway.leads;

/**
 * How many leads go into a batch. Ten, which is what one call of the model takes; in large files
 * more, so that a status record never counts more than about {@link #MAX_BATCHES} batch numbers.
 *
 * @param leads rows in the file, at least 1
 */
record BatchPlan(int leads) {
  static final int LEADS_PER_BATCH = 10;
  static final int MAX_BATCHES = 2_000;

  BatchPlan {
    if (leads < 1) {
      throw new IllegalArgumentException("a plan needs leads");
    }
  }

  int leadsPerBatch() {
    return Math.max(LEADS_PER_BATCH, Math.ceilDiv(leads, MAX_BATCHES));
  }

  int batches() {
    return Math.ceilDiv(leads, leadsPerBatch());
  }
}
