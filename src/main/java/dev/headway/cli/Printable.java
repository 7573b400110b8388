package dev.headway.cli;

/**
 * Text from a server or from a file system on its way to a terminal, where control characters are
 * commands: they could move the cursor, change the title or retype what was shown.
 */
final class Printable {
  private static final int MAX_LENGTH = 1_000;
  private static final int REPLACEMENT = 0xFFFD;

  private Printable() {}

  /** The text on one line, without anything that a terminal obeys, and of bounded length. */
  static String of(String text) {
    var printable = new StringBuilder();
    text.codePoints()
        .limit(MAX_LENGTH)
        .map(c -> isHarmless(c) ? c : REPLACEMENT)
        .forEach(printable::appendCodePoint);
    return printable.toString();
  }

  private static boolean isHarmless(int codePoint) {
    return switch (Character.getType(codePoint)) {
      // C0 and C1 controls; marks that turn the direction of writing; line ends; broken pairs
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }
}
