package dev.headway.api;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
    return new LeadQuery(
        single(parameters, "limit").map(LeadQueryParameters::limit).orElse(LeadQuery.DEFAULT_LIMIT),
        bounded(parameters, "cursor", MAX_CURSOR),
        bounded(parameters, "q", MAX_TEXT),
        bounded(parameters, "company", MAX_TEXT),
        single(parameters, "sort").map(LeadQueryParameters::sort).orElse(LeadQuery.Sort.NEWEST));
  }

  private static int limit(String text) {
    // Three digits at most, so that nothing overflows.
    if (text.length() <= 3 && !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      int limit = Integer.parseInt(text);
      if (limit >= 1 && limit <= LeadQuery.MAX_LIMIT) {
        return limit;
      }
    }
    throw invalid("limit must be a whole number from 1 to " + LeadQuery.MAX_LIMIT + ".");
  }

  private static LeadQuery.Sort sort(String text) {
    return Arrays.stream(LeadQuery.Sort.values())
        .filter(sort -> sort.wire().equals(text))
        .findFirst()
        .orElseThrow(() -> invalid("sort must be one of " + sorts() + "."));
  }

  private static String sorts() {
    return Arrays.stream(LeadQuery.Sort.values())
        .map(LeadQuery.Sort::wire)
        .collect(Collectors.joining(", "));
  }

  /** A text that a form may also send empty, which asks for nothing. */
  private static Optional<String> bounded(
      Map<String, List<String>> parameters, String name, int max) {
    Optional<String> text = single(parameters, name).map(String::strip);
    text.filter(t -> t.length() > max)
        .ifPresent(t -> {
          throw invalid(name + " must have at most " + max + " characters.");
        });
    return text.filter(t -> !t.isEmpty());
  }

  private static Optional<String> single(Map<String, List<String>> parameters, String name) {
    List<String> values = parameters.getOrDefault(name, List.of());
    if (values.size() > 1) {
      throw invalid(name + " must be given once.");
    }
    return values.stream().findFirst();
  }

  private static ProblemException invalid(String detail) {
    return new ProblemException(ProblemCode.INVALID_REQUEST, detail);
  }
}
