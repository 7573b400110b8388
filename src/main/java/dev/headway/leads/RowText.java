package dev.headway.leads;

import java.text.Normalizer;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What stands in one row, for telling whether a value of a lead comes from it. Case, accents and
 * the two ways to write an umlaut do not matter.
 */
final class RowText {
  private static final Pattern MARKS = Pattern.compile("\\p{M}+");
  private static final Pattern BETWEEN_WORDS = Pattern.compile("[^\\p{L}\\p{N}]+");
  private static final Pattern NOT_DIGITS = Pattern.compile("\\D+");

  /** Enough to recognise a number whose country code or trunk prefix was rewritten. */
  private static final int TELLING_DIGITS = 6;

  private final String lower;
  private final Set<String> words = new HashSet<>();
  private final String folded;
  private final List<String> digits;

  RowText(SourceRow row) {
    StringBuilder all = new StringBuilder();
    for (Map.Entry<String, String> field : row.fields().entrySet()) {
      all.append(field.getKey()).append('\n').append(field.getValue()).append('\n');
    }
    lower = all.toString().toLowerCase(Locale.ROOT);
    folded = fold(lower);
    words.addAll(wordsOf(folded));
    digits = row.fields().values().stream().map(v -> NOT_DIGITS.matcher(v).replaceAll("")).toList();
  }

  boolean hasEmail(String email) {
    return lower.contains(email.toLowerCase(Locale.ROOT));
  }

  /** Whether the number's last digits stand together in one cell. */
  boolean hasPhone(String phone) {
    String wanted = NOT_DIGITS.matcher(phone).replaceAll("");
    if (wanted.isEmpty()) {
      return hasEveryWord(phone);
    }
    String tail = wanted.substring(Math.max(0, wanted.length() - TELLING_DIGITS));
    return digits.stream().anyMatch(cell -> cell.contains(tail));
  }

  /** Whether every word stands in the row, be it inside of another one ({@code maxmuster@…}). */
  boolean hasEveryWord(String text) {
    return wordsOf(fold(text)).stream()
        .allMatch(word -> words.contains(word) || folded.contains(word));
  }

  /** Whether at least one word stands in the row by itself. */
  boolean hasSomeWord(String text) {
    List<String> wanted = wordsOf(fold(text));
    return wanted.isEmpty() || wanted.stream().anyMatch(words::contains);
  }

  static String fold(String text) {
    String plain =
        MARKS
            .matcher(
                Normalizer.normalize(
                    text.toLowerCase(Locale.ROOT).replace("ß", "ss"), Normalizer.Form.NFD))
            .replaceAll("");
    return plain
        .replace("ae", "a")
        .replace("oe", "o")
        .replace("ue", "u")
        .replace('ø', 'o')
        .replace('æ', 'a')
        .replace('ł', 'l');
  }

  static List<String> wordsOf(String folded) {
    return BETWEEN_WORDS.splitAsStream(folded).filter(word -> !word.isEmpty()).toList();
  }
}
