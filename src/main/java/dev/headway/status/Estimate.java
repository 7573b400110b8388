package dev.headway.status;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * When an upload will probably be done, from its record alone, so that two readers of one version
 * see the same value.
 *
 * <p>The pace of the whole run is the steadiest that there is, so it holds until the last
 * completions contradict it: their pace then takes over, the more the further it is away and the
 * less it scatters. Waves, pauses and stragglers scatter much and so say little. {@code
 * docs/estimate.md} tells how the figures were found and how good the estimate is.
 *
 * <p>Nothing is said before {@link #MIN_EVIDENCE} batches, nor when the upload is over or has
 * stalled, nor of an end in years.
 */
final class Estimate {
  /** Below this the speed of a start says little about that of the rest. */
  private static final int MIN_EVIDENCE = 3;

  /** An end further away than this is no prediction, and its year might not fit into a date. */
  private static final Duration FURTHEST = Duration.ofDays(365);

  /** Of the recent completions the oldest few may be very old: a straggler has held their slot. */
  private static final int NEWEST = 14;

  /** How far the pace of a dozen batches is off that of the run though nothing has changed. */
  private static final double USUAL_CHANGE = 1 / 3.0;

  /** Times the doubt, a change has half of the say. */
  private static final double CONVINCING = 2;

  /** Completions of a moment, in a wave, speak for no pace further than this from the run's. */
  static final double LARGEST_CHANGE = 4;

  private Estimate() {}

  static Optional<Instant> completionOf(ProcessingStatus record) {
    Progress progress = record.progress();
    int counted = progress.countedBatches();
    int left = progress.totalBatches() - counted;
    if (record.status() != Status.PROCESSING
        || record.stalled()
        || counted < MIN_EVIDENCE
        || left <= 0) {
      return Optional.empty();
    }
    Pace pace = record.pace();
    if (pace.startedAt().isEmpty() || pace.recent().isEmpty()) {
      return Optional.empty();
    }
    Instant newest = pace.recent().getLast();
    double overall = seconds(pace.startedAt().get(), newest) / counted;
    if (overall == 0) {
      return Optional.empty();
    }
    double remaining = overall * Recently.of(pace.recent(), counted).change(overall) * left;
    if (remaining > FURTHEST.toSeconds()) {
      return Optional.empty();
    }
    return Optional.of(newest.plusMillis(Math.round(1000 * remaining)));
  }

  /**
   * The last completions.
   *
   * @param perBatch mean seconds from one to the next
   * @param doubt variance of that mean, relative to its square
   */
  private record Recently(double perBatch, double doubt) {
    static final Recently UNKNOWN = new Recently(0, Double.POSITIVE_INFINITY);

    static Recently of(List<Instant> recent, int counted) {
      int intervals = Math.min(recent.size(), NEWEST) - 1;
      if (intervals < 2) {
        return UNKNOWN;
      }
      double time = 0;
      double completions = 0;
      double squares = 0;
      for (int i = 1; i <= intervals; i++) {
        int newer = recent.size() - i;
        double interval = seconds(recent.get(newer - 1), recent.get(newer));
        double within = completionsWithin(i, counted);
        time += interval;
        completions += within;
        squares += Math.pow(interval / within, 2);
      }
      if (time == 0) {
        return UNKNOWN;
      }
      double mean = time / completions;
      double variance = Math.max(0, squares / intervals - mean * mean);
      return new Recently(mean, variance / (mean * mean) / intervals);
    }

    /**
     * How many completions the {@code i}th interval back stands for. One, had the batches ended in
     * the order of their numbers. Ended in no order, they overwrote more of each other's slots the
     * longer ago they were: of the slots, {@code i} are newer already, and each completion before
     * them hit one of the rest by chance. Queues are between the two, and so is this.
     */
    private static double completionsWithin(int i, int counted) {
      boolean overwritten = counted > Pace.SLOTS;
      return overwritten ? Math.sqrt((double) Pace.SLOTS / (Pace.SLOTS - i)) : 1;
    }

    /** The factor by which the rest will be slower than the run as a whole; below 1 if faster. */
    double change(double overall) {
      if (doubt == Double.POSITIVE_INFINITY) {
        return 1;
      }
      double most = Math.log(LARGEST_CHANGE);
      double seen = Math.clamp(Math.log(perBatch / overall), -most, most);
      double threshold = CONVINCING * CONVINCING * (doubt + USUAL_CHANGE * USUAL_CHANGE);
      return Math.exp(seen * seen * seen / (seen * seen + threshold));
    }
  }

  private static double seconds(Instant from, Instant to) {
    return Math.max(0, Duration.between(from, to).toMillis() / 1000.0);
  }
}
