package dev.headway.api;

import java.util.Optional;

/**
 * Which of the caller's leads are asked for.
 *
 * @param limit leads on one page, 1 to 100
 * @param cursor where the page before ended
 * @param text wanted somewhere in a name, title, company, email, phone or the remarks, ignoring
 *     case
 * @param company wanted in the company, ignoring case
 */
public record LeadQuery(
    int limit,
    Optional<String> cursor,
    Optional<String> text,
    Optional<String> company,
    Sort sort) {
  public static final int MAX_LIMIT = 100;
  public static final int DEFAULT_LIMIT = 25;

  public LeadQuery {
    if (limit < 1 || limit > MAX_LIMIT) {
      throw new IllegalArgumentException("a page has 1 to " + MAX_LIMIT + " leads, not " + limit);
    }
  }

  /** The orders that the table can serve page by page. */
  public enum Sort {
    NEWEST("-updatedAt"),
    OLDEST("updatedAt");

    private final String wire;

    Sort(String wire) {
      this.wire = wire;
    }

    /** The word in the query string. */
    public String wire() {
      return wire;
    }
  }
}
