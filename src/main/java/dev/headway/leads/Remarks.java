package dev.headway.leads;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Writes the remarks of a lead, so that nothing of its row is lost. Pure. */
final class Remarks {
  /** How a lead is marked that is kept as its row came. */
  static final String RAW_MARK = "[Not standardized]";

  private static final Pattern NOT_DIGITS = Pattern.compile("\\D+");

  private Remarks() {}

  /**
   * What the model made of the remarks, if all of it comes from the row, and behind it every cell
   * that is neither in there nor in the lead's fields.
   */
  static String complete(SourceRow row, RowText text, LeadFields lead) {
    List<String> parts = new ArrayList<>();
    String offered = lead.remarks();
    if (!offered.isEmpty() && text.hasEveryWord(offered)) {
      parts.add(offered);
    }
    String said = RowText.fold(String.join("\n", parts));
    for (Map.Entry<String, String> field : row.fields().entrySet()) {
      String cell = field.getValue();
      if (!said.contains(RowText.fold(cell)) && !isInFields(cell, lead)) {
        parts.add(field.getKey() + ": " + cell);
      }
    }
    return String.join("; ", parts);
  }

  /**
   * Whether the fields that can have come from a cell hold all of its words. A field can have come
   * from a cell that has all of the field's words: "Berlin" in a column for cities is not covered
   * by a company of the name "Berlin Consult".
   */
  private static boolean isInFields(String cell, LeadFields lead) {
    if (isNumber(cell, lead.phone())) {
      return true;
    }
    Set<String> words = new HashSet<>(RowText.wordsOf(RowText.fold(cell)));
    Set<String> left = new HashSet<>(words);
    Stream.of(lead.firstName(), lead.lastName(), lead.title(), lead.company(), lead.email())
        .map(value -> RowText.wordsOf(RowText.fold(value)))
        .filter(words::containsAll)
        .forEach(left::removeAll);
    return left.isEmpty();
  }

  /** Whether a cell is the telephone number and nothing more, however it is written. */
  private static boolean isNumber(String cell, String phone) {
    String digits = NOT_DIGITS.matcher(cell).replaceAll("");
    if (phone.isEmpty() || digits.isEmpty() || cell.chars().anyMatch(Character::isLetter)) {
      return false;
    }
    String tail = digits.substring(Math.max(0, digits.length() - 6));
    return NOT_DIGITS.matcher(phone).replaceAll("").endsWith(tail);
  }

  /** A whole row as it came. */
  static String raw(SourceRow row) {
    List<String> parts = new ArrayList<>();
    row.fields().forEach((column, cell) -> parts.add(column + ": " + cell));
    return RAW_MARK + " " + String.join("; ", parts);
  }
}
