package dev.headway.http;

import dev.headway.api.ProblemCode;
import dev.headway.api.ProblemException;
import java.util.List;

/** Takes the token out of an Authorization header (RFC 6750, 2.1). */
final class BearerToken {
  /** Identity providers stay below 4 KB; the check of a signature reads all of it. */
  private static final int MAX_LENGTH = 8 * 1024;

  private static final String SCHEME = "bearer";

  private BearerToken() {}

  /**
   * The token.
   *
   * @param headers all Authorization headers
   */
  static String of(List<String> headers) {
    if (headers.isEmpty()) {
      throw missing();
    }
    if (headers.size() > 1) {
      throw new ProblemException(ProblemCode.INVALID_TOKEN, "Send one Authorization header.");
    }
    String header = headers.getFirst().strip();
    int space = header.indexOf(' ');
    String scheme = space < 0 ? header : header.substring(0, space);
    String token = space < 0 ? "" : header.substring(space).strip();
    if (!scheme.equalsIgnoreCase(SCHEME) || token.isEmpty()) {
      throw missing();
    }
    if (token.length() > MAX_LENGTH) {
      throw new ProblemException(ProblemCode.INVALID_TOKEN, "The token is too long.");
    }
    return token;
  }

  static ProblemException missing() {
    return new ProblemException(
        ProblemCode.UNAUTHORIZED, "Send the header Authorization: Bearer with your token.");
  }
}
