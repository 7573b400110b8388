package dev.headway.leads;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which character separates the cells of a text. The one that cuts the most records into the same
 * number of cells wins; among equals the one that gives more cells; then the more usual one. Pure.
 */
final class Delimiter {
  private static final char[] CANDIDATES = {',', ';', '\t', '|'};
  private static final int MAX_RECORDS = 200;

  private Delimiter() {}

  /**
   * Judges by the beginning of a text.
   *
   * @param complete whether the sample is the whole text; otherwise its last record is cut off
   */
  static char of(String sample, boolean complete) {
    char best = CANDIDATES[0];
    double bestScore = 0;
    int bestCells = 0;
    for (char candidate : CANDIDATES) {
      List<Integer> counts = separatorsByRecord(sample, candidate);
      if (!complete && counts.size() > 1) {
        counts.removeLast();
      }
      Map<Integer, Integer> frequency = new HashMap<>();
      counts.stream().filter(n -> n > 0).forEach(n -> frequency.merge(n, 1, Integer::sum));
      for (Map.Entry<Integer, Integer> entry : frequency.entrySet()) {
        double score = (double) entry.getValue() / counts.size();
        if (counts.getFirst() == 0) {
          score /= 2; // the header has none: probably a character of the texts
        }
        if (score > bestScore || (score == bestScore && entry.getKey() > bestCells)) {
          best = candidate;
          bestScore = score;
          bestCells = entry.getKey();
        }
      }
    }
    return best;
  }

  private static List<Integer> separatorsByRecord(String text, char separator) {
    List<Integer> counts = new ArrayList<>();
    int separators = 0;
    boolean quoted = false;
    boolean cellStart = true;
    boolean blank = true;
    for (int i = 0; i < text.length() && counts.size() < MAX_RECORDS; i++) {
      char c = text.charAt(i);
      if (quoted) {
        quoted = c != '"'; // a doubled quote closes and opens again
      } else if (c == '"' && (cellStart || text.charAt(i - 1) == '"')) {
        quoted = true;
        cellStart = false;
        blank = false;
      } else if (c == '\n' || c == '\r') {
        if (!blank) {
          counts.add(separators);
        }
        separators = 0;
        cellStart = true;
        blank = true;
      } else {
        if (c == separator) {
          separators++;
        }
        cellStart = c == separator;
        blank = false;
      }
    }
    if (!blank) {
      counts.add(separators);
    }
    return counts;
  }
}
