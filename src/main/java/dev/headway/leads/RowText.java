package dev.headway.leads;

import java.text.Normalizer;
import java.util.HashSet;
import java.util.LinkedHashSet;
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

  /** As {@link LeadFields} knows an address. */
  private static final String NOT_IN_EMAILS = "@<>\"(),;:";

  /** What goes on inside of an address, besides letters and digits; other marks may end it. */
  private static final String IN_LOCAL_PART = "._-+";

  private static final String IN_DOMAIN = "._-";

  /** Each costs a read when the row is among the dead letters. */
  private static final int MAX_EMAILS = 100;

  private static final int MAX_LOCAL_PART = 64;
  private static final int MAX_DOMAIN = 253;

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

  /** Whether the address stands in the row, and not as a piece of a longer one. */
  boolean hasEmail(String email) {
    return emails().contains(email.toLowerCase(Locale.ROOT));
  }

  /**
   * The addresses that can be read out of the row, in lower case, usually one: all that {@link
   * #hasEmail} says yes to. With and without the marks around them that an address may have but
   * that rather belong to the sentence ({@code -ann@a.example.}), and never a piece of a longer
   * one.
   */
  Set<String> emails() {
    Set<String> found = new LinkedHashSet<>();
    for (int at = lower.indexOf('@');
        at >= 0 && found.size() < MAX_EMAILS;
        at = lower.indexOf('@', at + 1)) {
      Set<Integer> ends = endsBehind(at);
      for (int from = at - 1; isPartOfEmail(from) && at - from <= MAX_LOCAL_PART; from--) {
        if (isOneOf(from - 1, IN_LOCAL_PART)) {
          continue;
        }
        int word = from;
        while (word < at - 1 && !isInWord(word)) {
          word++;
        }
        for (int end : ends) {
          found.add(lower.substring(from, end));
          found.add(lower.substring(word, end));
        }
      }
    }
    return found;
  }

  /** Where an address may end: with the marks behind it that nothing separates, or without. */
  private Set<Integer> endsBehind(int at) {
    int all = at + 1;
    while (isPartOfEmail(all) && all - at <= MAX_DOMAIN) {
      all++;
    }
    int host = at + 1;
    while (host < all && isOneOf(host, IN_DOMAIN)) {
      host++;
    }
    int word = host;
    while (word > at + 1 && !isInWord(word - 1)) {
      word--;
    }
    Set<Integer> ends = new LinkedHashSet<>(List.of(word, host, all));
    ends.remove(at + 1);
    return ends;
  }

  private boolean isPartOfEmail(int index) {
    return index >= 0
        && index < lower.length()
        && !Character.isWhitespace(lower.charAt(index))
        && NOT_IN_EMAILS.indexOf(lower.charAt(index)) < 0;
  }

  private boolean isOneOf(int index, String marks) {
    return isInWord(index)
        || (index >= 0 && index < lower.length() && marks.indexOf(lower.charAt(index)) >= 0);
  }

  private boolean isInWord(int index) {
    return index >= 0 && index < lower.length() && Character.isLetterOrDigit(lower.charAt(index));
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
