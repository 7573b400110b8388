package dev.headway.api;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Reads a {@link LeadQuery} from the query of an address. Parameters it does not know are left. */
public final class LeadQueryParameters {
  /** Nobody searches for a longer text, and the store compares it with every lead it reads. */
  static final int MAX_TEXT = 200;

  /** A cursor of ours is far shorter; what it holds is checked by {@link Leads}. */
  static final int MAX_CURSOR = 2048;

  private LeadQueryParameters() {}

  /**
   * The query that the parameters describe.
   *
   * @param parameters decoded, each with all its values
   * @throws ProblemException {@code INVALID_REQUEST}, saying which parameter and what it may be
   */
  public static LeadQuery parse(Map<String, List<String>> parameters) {
    QueryParameters query = new QueryParameters(parameters);
    return new LeadQuery(
        query.limit(LeadQuery.MAX_LIMIT, LeadQuery.DEFAULT_LIMIT),
        query.text("cursor", MAX_CURSOR),
        query.text("q", MAX_TEXT),
        query.text("company", MAX_TEXT),
        query.single("sort").map(LeadQueryParameters::sort).orElse(LeadQuery.Sort.NEWEST));
  }

  private static LeadQuery.Sort sort(String text) {
    return Arrays.stream(LeadQuery.Sort.values())
        .filter(sort -> sort.wire().equals(text))
        .findFirst()
        .orElseThrow(() -> QueryParameters.invalid("sort must be one of " + sorts() + "."));
  }

  private static String sorts() {
    return Arrays.stream(LeadQuery.Sort.values())
        .map(LeadQuery.Sort::wire)
        .collect(Collectors.joining(", "));
  }
}
