package dev.headway.local;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** How long the stand-in for the model takes for a call: somewhere between two durations. */
public record Delay(Duration least, Duration most) {
  /** Before the constants, which are checked against it. */
  private static final Duration MAX = Duration.ofMinutes(10);

  /** The environment variable: {@code 0}, {@code 300ms}, {@code 150ms-600ms}, {@code 2s}. */
  public static final String VARIABLE = "HEADWAY_STAND_IN_DELAY";

  public static final Delay NONE = new Delay(Duration.ZERO, Duration.ZERO);

  /** Quicker than a real model, slow enough to see the bar move. */
  public static final Delay DEFAULT = new Delay(Duration.ofMillis(150), Duration.ofMillis(600));

  private static final Pattern DURATION = Pattern.compile("([0-9]{1,7})\\s*(ms|s)?");

  public Delay {
    if (least.isNegative() || most.compareTo(least) < 0 || most.compareTo(MAX) > 0) {
      throw new IllegalArgumentException(
          "a delay is between 0 and %d s, and its end is not before its beginning"
              .formatted(MAX.toSeconds()));
    }
  }

  /** What the environment says, else {@link #DEFAULT}. */
  public static Delay of(Map<String, String> environment) {
    var text = environment.getOrDefault(VARIABLE, "").strip();
    return text.isEmpty() ? DEFAULT : parse(text);
  }

  static Delay parse(String text) {
    var ends = text.toLowerCase(Locale.ROOT).split("-", 2);
    var least = duration(ends[0].strip());
    return new Delay(least, ends.length == 1 ? least : duration(ends[1].strip()));
  }

  private static Duration duration(String text) {
    var parts = DURATION.matcher(text);
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          VARIABLE + " is a duration as 300ms or 2s, or two with a dash between them");
    }
    long amount = Long.parseLong(parts.group(1));
    return "s".equals(parts.group(2)) ? Duration.ofSeconds(amount) : Duration.ofMillis(amount);
  }

  /**
   * One duration in the range.
   *
   * @param where 0 for the least, towards 1 for the most
   */
  Duration at(double where) {
    return least.plusNanos((long) (most.minus(least).toNanos() * where));
  }
}
