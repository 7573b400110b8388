package dev.headway.simulation;

/**
 * What a schedule is made from; the same plan is the same schedule, step for step.
 *
 * @param seed of every choice
 * @param maxBatches of an upload
 * @param disturbances after so many everything goes well: without it nothing would have to end. The
 *     same seed with fewer runs the same until the first that is left out.
 * @param lapses whether a record's life may end while work is left
 * @param aim the race that some of the disturbances lead to
 */
record Plan(long seed, int maxBatches, int disturbances, boolean lapses, Aim aim) {
  Plan {
    if (aim == Aim.END_OF_LIFE && !lapses) {
      throw new IllegalArgumentException("the end of a life needs lives that may end");
    }
  }

  /**
   * Mostly small uploads, where everything is near to everything; one in forty up to 50 batches.
   * One in four is aimed.
   */
  static Plan of(long seed) {
    long mixed = seed * 0x9E3779B97F4A7C15L;
    long kind = Math.floorMod(mixed >>> 20, 40L);
    int maxBatches = kind == 0 ? 50 : kind < 8 ? 8 : 3;
    Aim aim =
        switch ((int) Math.floorMod(mixed >>> 40, 12L)) {
          case 0 -> Aim.SWEEP;
          case 1 -> Aim.END_OF_LIFE;
          case 2 -> Aim.LATE_BATCH;
          default -> Aim.NOWHERE;
        };
    boolean lapses = kind % 8 == 5 || aim == Aim.END_OF_LIFE;
    return new Plan(seed, maxBatches, (int) (2 + kind % 14), lapses, aim);
  }

  /** Small and full of disturbances: where a fault shows soonest. Half are aimed. */
  static Plan rough(long seed) {
    boolean lapses = seed % 2 == 0;
    Aim aim =
        switch ((int) Math.floorMod(seed, 8L)) {
          case 0, 4 -> Aim.END_OF_LIFE;
          case 3 -> Aim.SWEEP;
          case 5 -> Aim.LATE_BATCH;
          default -> Aim.NOWHERE;
        };
    return new Plan(seed, 2, 20, lapses, aim);
  }

  Plan withDisturbances(int other) {
    return new Plan(seed, maxBatches, other, lapses, aim);
  }

  Plan with(long otherSeed, int otherMaxBatches) {
    return new Plan(otherSeed, otherMaxBatches, disturbances, lapses, aim);
  }
}
