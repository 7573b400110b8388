package dev.headway.api;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How long a poller would rather wait for news than be told that there are none: {@code Prefer:
 * wait=20} (RFC 7240). A preference, so what cannot be read as one is as good as none.
 *
 * @param atMost one second to {@link #LONGEST}
 */
public record WaitPreference(Duration atMost) {
  /** Proxies and load balancers cut what is silent for longer. */
  public static final Duration LONGEST = Duration.ofSeconds(60);

  private static final int LONGEST_NUMBER = 9;

  /** Nobody has more preferences than this; those after it are not looked at. */
  private static final int MAX_PREFERENCES = 100;

  public WaitPreference {
    if (!atMost.isPositive() || atMost.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("a poll waits for up to " + LONGEST + ": " + atMost);
    }
  }

  /**
   * Reads the values of all Prefer headers. Who would wait for longer than {@link #LONGEST} waits
   * for that long; who would wait for no time does not wait.
   */
  public static Optional<WaitPreference> parse(List<String> headers) {
    int preferences = 0;
    for (String header : headers) {
      int start = 0;
      while (start < header.length() && preferences++ < MAX_PREFERENCES) {
        int end = end(header, start, ',');
        // What follows a semicolon are parameters of the preference; wait has none.
        String preference = header.substring(start, Math.min(end, end(header, start, ';')));
        int equals = preference.indexOf('=');
        String name = equals < 0 ? preference : preference.substring(0, equals);
        if (name.strip().toLowerCase(Locale.ROOT).equals("wait")) {
          // Named twice, only the first counts.
          return equals < 0 ? Optional.empty() : seconds(preference.substring(equals + 1).strip());
        }
        start = end + 1;
      }
    }
    return Optional.empty();
  }

  /** The next such character that is not quoted, or the end of the text. */
  private static int end(String text, int from, char delimiter) {
    boolean quoted = false;
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"') {
        quoted = !quoted;
      } else if (quoted && c == '\\') {
        i++;
      } else if (!quoted && c == delimiter) {
        return i;
      }
    }
    return text.length();
  }

  private static Optional<WaitPreference> seconds(String word) {
    boolean quoted = word.length() >= 2 && word.startsWith("\"") && word.endsWith("\"");
    String digits = quoted ? word.substring(1, word.length() - 1) : word;
    if (digits.isEmpty() || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return Optional.empty();
    }
    long longest = LONGEST.toSeconds();
    long seconds =
        digits.length() > LONGEST_NUMBER ? longest : Math.min(longest, Long.parseLong(digits));
    return seconds == 0
        ? Optional.empty()
        : Optional.of(new WaitPreference(Duration.ofSeconds(seconds)));
  }

  /** What {@code Preference-Applied} says. */
  String applied() {
    return "wait=" + atMost.toSeconds();
  }
}
