package dev.headway.api;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Makes a valid URI reference of a request path, whatever somebody sent as one: what RFC 3986 does
 * not allow in a path is percent-encoded, and the length is bounded. Safe in a problem and in a
 * log.
 */
public final class SafePath {
  /** Room for every path of the contract: an upload id has at most 255 characters. */
  private static final int MAX_LENGTH = 400;

  private static final String PUNCTUATION = "-._~!$&'()*+,;=:@/";
  private static final String HEX = "0123456789ABCDEF";

  private SafePath() {}

  /**
   * The path, ready to be shown.
   *
   * @param path as it came, percent-encoded or not; no query
   */
  public static String of(String path) {
    // "//host/x" would be a reference to another host.
    StringBuilder safe = new StringBuilder("/");
    int start = 0;
    while (start < path.length() && path.charAt(start) == '/') {
      start++;
    }
    // Bounded before it is encoded, so that a hostile path costs no more than an honest one.
    String rest = path.substring(start, Math.min(path.length(), start + MAX_LENGTH));
    byte[] bytes = rest.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < bytes.length && safe.length() < MAX_LENGTH; i++) {
      append(safe, bytes, i);
    }
    return safe.toString();
  }

  private static void append(StringBuilder safe, byte[] bytes, int i) {
    char c = (char) (bytes[i] & 0xff);
    if (isAlphanumeric(c) || PUNCTUATION.indexOf(c) >= 0 || (c == '%' && isEscape(bytes, i))) {
      safe.append(c);
    } else {
      safe.append('%').append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 0xf));
    }
  }

  private static boolean isAlphanumeric(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }

  private static boolean isEscape(byte[] bytes, int i) {
    return i + 2 < bytes.length && isHex(bytes[i + 1]) && isHex(bytes[i + 2]);
  }

  private static boolean isHex(byte b) {
    return HEX.contains(String.valueOf((char) (b & 0xff)).toUpperCase(Locale.ROOT));
  }
}
