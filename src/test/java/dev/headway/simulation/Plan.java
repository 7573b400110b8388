package dev.headway.simulation;

/**
 * What a schedule is made from; the same plan is the same schedule, step for step.
 *
 * @param seed of every choice
 * @param maxBatches of an upload
 * @param disturbances after so many everything goes well: without it nothing would have to end. The
 *     same seed with fewer runs the same until the first that is left out.
 * @param lapses whether a record's life may end while work is left
 */
record Plan(long seed, int maxBatches, int disturbances, boolean lapses) {
  /**
   * Mostly small uploads, where everything is near to everything; one in forty up to 50 batches.
   */
  static Plan of(long seed) {
    long kind = Math.floorMod((seed * 0x9E3779B97F4A7C15L) >>> 20, 40L);
    int maxBatches = kind == 0 ? 50 : kind < 8 ? 8 : 3;
    return new Plan(seed, maxBatches, (int) (2 + kind % 14), kind % 8 == 5);
  }

  /** Small and full of disturbances: where a fault shows soonest. */
  static Plan rough(long seed) {
    return new Plan(seed, 2, 20, seed % 2 == 0);
  }

  Plan withDisturbances(int other) {
    return new Plan(seed, maxBatches, other, lapses);
  }
}
