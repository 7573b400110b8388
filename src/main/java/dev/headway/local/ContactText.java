package dev.headway.local;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Addresses and numbers as people type them, made into one form. */
final class ContactText {
  /** Deliberately simple: something, an at sign, a host with a dot. */
  private static final Pattern EMAIL =
      Pattern.compile(
          "[^\\s<>()\\[\\],;:\"@]+@[^\\s<>()\\[\\],;:\"@]+\\.[^\\s<>()\\[\\],;:\"@.]{2,}");

  private static final Pattern EXTENSION =
      Pattern.compile("(?i)\\s*(?:ext\\.?|extension|x|durchwahl|dw)\\s*([0-9]{1,6})\\s*$");

  private static final Pattern NUMBER = Pattern.compile("\\+?[0-9 ./()\\u00a0\\u2010-\\u2015-]+");
  private static final Pattern TRUNK_ZERO = Pattern.compile("\\(0\\)");
  private static final Pattern DATE =
      Pattern.compile("[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}.*|[0-9]{1,2}\\.[0-9]{1,2}\\.[0-9]{2,4}");

  private static final int FEWEST_DIGITS = 5;

  /** Shorter, and it is not clear which zero is which. */
  private static final int FEWEST_DIGITS_BEHIND_TRUNK_ZERO = 9;

  /** ITU-T E.164. */
  private static final int MOST_DIGITS = 15;

  private ContactText() {}

  /** The first e-mail address in the text, in lower case. */
  static Optional<String> email(String text) {
    Matcher found = EMAIL.matcher(text);
    return found.find() ? Optional.of(found.group().toLowerCase(Locale.ROOT)) : Optional.empty();
  }

  /** The number as digits, with a plus before a country code; empty if it is no number. */
  static Optional<String> phone(String text) {
    var extension = EXTENSION.matcher(text);
    boolean extended = extension.find();
    var number = (extended ? text.substring(0, extension.start()) : text).strip();
    if (!NUMBER.matcher(number).matches() || DATE.matcher(number).matches()) {
      return Optional.empty();
    }
    boolean international = number.startsWith("+") || number.startsWith("00");
    // The zero of national dialling, which nobody dials behind a country code.
    var trunkZero = TRUNK_ZERO.matcher(number);
    boolean hasTrunkZero = international && trunkZero.find();
    var dialled = hasTrunkZero ? trunkZero.replaceFirst("") : number;
    var digits = dialled.replaceAll("[^0-9]", "");
    if (dialled.startsWith("00")) {
      digits = digits.substring(2);
    }
    int fewest = hasTrunkZero ? FEWEST_DIGITS_BEHIND_TRUNK_ZERO : FEWEST_DIGITS;
    if (digits.length() < fewest || digits.length() > MOST_DIGITS) {
      return Optional.empty();
    }
    return Optional.of(
        (international ? "+" : "") + digits + (extended ? " ext. " + extension.group(1) : ""));
  }

  static boolean hasDigit(String text) {
    return text.chars().anyMatch(Character::isDigit);
  }
}
