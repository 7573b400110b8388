package dev.headway.api;

import java.util.List;
import java.util.Optional;

/**
 * Proactive negotiation as RFC 9110 (12.5.1) describes it, forgiving where that harms nobody.
 *
 * <p>For each representation the most specific range that matches it gives its weight; the highest
 * weight wins. Between equal weights a representation that was named wins over one that only a
 * wildcard matched, and then the order of the offer decides: so a browser's address line ({@code
 * text/html,…,*}{@code /*;q=0.8}) and a bare {@code *}{@code /*} get the first offer, which is
 * JSON. A header that is missing, empty or without a single readable range asks for nothing in
 * particular and gets the first offer too.
 */
public final class Negotiation {
  private Negotiation() {}

  /**
   * The representation to send, or empty where none of the offered ones is wanted.
   *
   * @param accept the values of all Accept headers, in their order
   * @param offered what the resource has, the one for everybody first; not empty
   */
  public static Optional<Representation> choose(List<String> accept, List<Representation> offered) {
    List<MediaRange> ranges = MediaRange.parse(accept);
    if (ranges.isEmpty()) {
      return Optional.of(offered.getFirst());
    }
    Representation best = null;
    Match bestMatch = Match.NONE;
    for (Representation candidate : offered) {
      Match match = match(candidate, ranges);
      if (match.beats(bestMatch)) {
        best = candidate;
        bestMatch = match;
      }
    }
    return Optional.ofNullable(best);
  }

  private static Match match(Representation candidate, List<MediaRange> ranges) {
    Match best = Match.NONE;
    for (MediaRange range : ranges) {
      if (!range.matches(candidate)) {
        continue;
      }
      // Named twice: the kinder weight, as nothing says which one was meant.
      if (range.specificity() > best.specificity
          || (range.specificity() == best.specificity && range.weight() > best.weight)) {
        best = new Match(range.weight(), range.specificity());
      }
    }
    return best;
  }

  /** What the ranges say about one representation. */
  private record Match(int weight, int specificity) {
    static final Match NONE = new Match(0, -1);

    /**
     * Only a name outweighs an equal wildcard: between {@code text/*} and {@code *}{@code /*}
     * nobody has asked for a stream that never ends.
     */
    boolean beats(Match other) {
      return weight > other.weight
          || (weight == other.weight
              && weight > 0
              && specificity >= MediaRange.NAMED
              && other.specificity < MediaRange.NAMED);
    }
  }
}
