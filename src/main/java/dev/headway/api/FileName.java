package dev.headway.api;

/** A file's name as it may be stored and shown. */
public final class FileName {
  private static final int MAX_CODE_POINTS = 255;
  private static final int REPLACEMENT = '_';

  private FileName() {}

  /**
   * The last part of what somebody calls their file, with what would deceive a reader or break a
   * line replaced.
   *
   * @throws ProblemException {@code INVALID_REQUEST} where no name is left, or too long a one
   */
  public static String clean(String given) {
    // Some browsers send a path, with either kind of slash.
    int slash = Math.max(given.lastIndexOf('/'), given.lastIndexOf('\\'));
    String name =
        given
            .substring(slash + 1)
            .codePoints()
            .map(c -> isDeceptive(c) ? REPLACEMENT : c)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString()
            .strip();
    int length = name.codePointCount(0, name.length());
    if (name.isBlank() || name.equals(".") || name.equals("..") || length > MAX_CODE_POINTS) {
      throw new ProblemException(
          ProblemCode.INVALID_REQUEST,
          "fileName must be a name of 1 to " + MAX_CODE_POINTS + " characters.");
    }
    return name;
  }

  private static boolean isDeceptive(int c) {
    return Character.isISOControl(c)
        // Half a pair, which UTF-8 cannot write.
        || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)
        || c == 0x2028 // line separator
        || c == 0x2029 // paragraph separator
        // Embeddings, overrides and isolates: they make "xslx.exe" of another name.
        || (c >= 0x202A && c <= 0x202E)
        || (c >= 0x2066 && c <= 0x2069);
  }
}
