package dev.headway.leads;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Makes the text of a cell fit for messages, tables and people. Pure. */
final class CellText {
  /** How a workbook writes a character that XML cannot hold. */
  private static final Pattern ESCAPED = Pattern.compile("_x([0-9A-Fa-f]{4})_");

  private CellText() {}

  /**
   * Without control characters (but tabs and line breaks), halves of surrogate pairs, byte order
   * marks and the space around it. Line breaks become {@code \n}. Most cells come back as they are.
   */
  static String clean(String raw) {
    String text = raw.strip();
    int i = 0;
    while (i < text.length() && isPlain(text.charAt(i))) {
      i++;
    }
    return i == text.length() ? text : rewritten(text);
  }

  /** {@link #clean} for a cell of a workbook, whose {@code _x000D_} is a carriage return. */
  static String cleanFromWorkbook(String raw) {
    if (!raw.contains("_x")) {
      return clean(raw);
    }
    return clean(
        ESCAPED
            .matcher(raw)
            .replaceAll(m ->
                Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(m.group(1), 16)))));
  }

  private static boolean isPlain(char c) {
    return (c >= ' ' && c < 0x7F) || (c > 0xA0 && c < 0x2000);
  }

  private static String rewritten(String text) {
    StringBuilder out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\r') {
        boolean pair = i + 1 < text.length() && text.charAt(i + 1) == '\n';
        if (!pair) {
          out.append('\n');
        }
      } else if (c == '\n' || c == '\t') {
        out.append(c);
      } else if (c == '\u00A0' || c == '\u2007' || c == '\u202F') {
        out.append(' '); // spaces that only forbid a line break
      } else if (Character.isHighSurrogate(c)) {
        if (i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
          out.append(c).append(text.charAt(++i));
        } else {
          out.append('\uFFFD');
        }
      } else if (Character.isLowSurrogate(c)) {
        out.append('\uFFFD');
      } else if (!Character.isISOControl(c) && !isInvisible(c)) {
        out.append(c);
      }
    }
    return out.toString().strip();
  }

  /** Byte order marks, zero-width spaces and what Unicode says is no character. */
  private static boolean isInvisible(char c) {
    return c == '\uFEFF' || c == '\u200B' || c == '\uFFFE' || c == '\uFFFF';
  }

  /** At most {@code max} UTF-16 units, not ending in half a character, with a sign of the cut. */
  static String shortened(String text, int max) {
    if (text.length() <= max) {
      return text;
    }
    int end = max - 1;
    if (Character.isHighSurrogate(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(0, end) + "…";
  }
}
