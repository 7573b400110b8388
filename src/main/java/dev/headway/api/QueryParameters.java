package dev.headway.api;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What stands after the question mark of an address. Parameters that nobody asks for are left.
 *
 * @param all decoded, each with all its values
 */
record QueryParameters(Map<String, List<String>> all) {
  /** A whole number from 1 to the most. */
  int limit(int most, int otherwise) {
    return single("limit").map(text -> limit(text, most)).orElse(otherwise);
  }

  private static int limit(String text, int most) {
    // Three digits at most, so that nothing overflows.
    if (text.length() <= 3 && !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      int limit = Integer.parseInt(text);
      if (limit >= 1 && limit <= most) {
        return limit;
      }
    }
    throw invalid("limit must be a whole number from 1 to " + most + ".");
  }

  /** A text that a form may also send empty, which asks for nothing. */
  Optional<String> text(String name, int longest) {
    Optional<String> text = single(name).map(String::strip);
    text.filter(t -> t.length() > longest)
        .ifPresent(t -> {
          throw invalid(name + " must have at most " + longest + " characters.");
        });
    return text.filter(t -> !t.isEmpty());
  }

  Optional<String> single(String name) {
    List<String> values = values(name);
    if (values.size() > 1) {
      throw invalid(name + " must be given once.");
    }
    return values.stream().findFirst();
  }

  List<String> values(String name) {
    return all.getOrDefault(name, List.of());
  }

  static ProblemException invalid(String detail) {
    return new ProblemException(ProblemCode.INVALID_REQUEST, detail);
  }
}
