package dev.headway.api;

import java.util.OptionalLong;

/** A record's version as the validator of its representations. */
public final class EntityTag {
  private EntityTag() {}

  /** The tag of a version: {@code "17"}, with its quotes. */
  public static String of(long version) {
    return "\"" + version + "\"";
  }

  /**
   * The version that the text names, exactly as this writes one; empty for everything else. A tag
   * is an opaque text: {@code 017} is not {@code 17}.
   */
  static OptionalLong version(String text) {
    if (text.isEmpty() || text.length() > 19 || text.charAt(0) == '0') {
      return OptionalLong.empty();
    }
    long version = 0;
    for (int i = 0; i < text.length(); i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9 || version > (Long.MAX_VALUE - digit) / 10) {
        return OptionalLong.empty();
      }
      version = version * 10 + digit;
    }
    return OptionalLong.of(version);
  }
}
