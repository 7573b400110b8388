package dev.headway.simulation;

/** The race that a schedule is led into, and left to chance from there. */
enum Aim {
  NOWHERE,
  /** Something else happens to an upload just before it is given up as overdue. */
  SWEEP,
  /** A life ends while somebody who has just seen the record alive is about to write. */
  END_OF_LIFE,
  /** A batch is given up behind the back of a worker, who then completes it, and not alone. */
  LATE_BATCH
}
