package dev.headway.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One range of an Accept header. Parameters other than the weight are read and count for nothing:
 * all our representations are UTF-8, and a server that refuses {@code application/json;profile=x}
 * helps nobody.
 *
 * @param weight in thousandths
 */
record MediaRange(String type, String subtype, int weight) {
  static final int NAMED = 2;

  /** No honest header names more; what follows is not looked at. */
  private static final int MAX_RANGES = 100;

  private static final String WILDCARD = "*";
  private static final int FULL_WEIGHT = 1000;

  boolean matches(Representation representation) {
    return (type.equals(WILDCARD) || type.equals(representation.type()))
        && (subtype.equals(WILDCARD) || subtype.equals(representation.subtype()));
  }

  /** 0 for a wildcard, 1 for a type with any subtype, {@link #NAMED} for a media type. */
  int specificity() {
    return type.equals(WILDCARD) ? 0 : subtype.equals(WILDCARD) ? 1 : NAMED;
  }

  /** The readable ranges; what cannot be read is left out. Linear in the length of the headers. */
  static List<MediaRange> parse(List<String> headers) {
    List<MediaRange> ranges = new ArrayList<>();
    for (String header : headers) {
      int from = 0;
      while (from < header.length() && ranges.size() < MAX_RANGES) {
        int to = endOf(header, from, ',');
        parseOne(header.substring(from, to)).ifPresent(ranges::add);
        from = to + 1;
      }
    }
    return ranges;
  }

  private static Optional<MediaRange> parseOne(String text) {
    int typeEnd = endOf(text, 0, ';');
    String range = text.substring(0, typeEnd).strip().toLowerCase(Locale.ROOT);
    // Old Java clients send a lone asterisk.
    String full = range.equals(WILDCARD) ? "*/*" : range;
    int slash = full.indexOf('/');
    if (slash < 0) {
      return Optional.empty();
    }
    String type = full.substring(0, slash);
    String subtype = full.substring(slash + 1);
    boolean readable =
        isToken(type) && isToken(subtype) && (!type.equals(WILDCARD) || subtype.equals(WILDCARD));
    return readable
        ? Optional.of(new MediaRange(type, subtype, weightOf(text, typeEnd)))
        : Optional.empty();
  }

  private static int weightOf(String text, int from) {
    int start = from + 1;
    while (start < text.length()) {
      int end = endOf(text, start, ';');
      String parameter = text.substring(start, end).strip();
      if (parameter.length() > 1 && (parameter.charAt(0) | 0x20) == 'q') {
        String value = parameter.substring(1).strip();
        if (value.startsWith("=")) {
          return Weight.parse(value.substring(1).strip()).orElse(FULL_WEIGHT);
        }
      }
      start = end + 1;
    }
    return FULL_WEIGHT;
  }

  /** Where the piece that begins at {@code from} ends, leaving separators in quotes alone. */
  private static int endOf(String text, int from, char separator) {
    boolean quoted = false;
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quoted && c == '\\') {
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (!quoted && c == separator) {
        return i;
      }
    }
    return text.length();
  }

  private static boolean isToken(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean allowed =
          (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
      if (!allowed) {
        return false;
      }
    }
    return !text.isEmpty();
  }

  /** Weights, more forgiving than the grammar: {@code .5} and a fourth digit are understood. */
  private static final class Weight {
    static Optional<Integer> parse(String text) {
      int point = text.indexOf('.');
      String whole = point < 0 ? text : text.substring(0, point);
      String fraction = point < 0 ? "" : text.substring(point + 1);
      if (!isDigits(whole) || !isDigits(fraction) || (whole + fraction).isEmpty()) {
        return Optional.empty();
      }
      if (whole.chars().anyMatch(digit -> digit != '0')) {
        return Optional.of(FULL_WEIGHT);
      }
      return Optional.of(Integer.parseInt((fraction + "000").substring(0, 3)));
    }

    private static boolean isDigits(String text) {
      return text.chars().allMatch(c -> c >= '0' && c <= '9');
    }
  }
}
