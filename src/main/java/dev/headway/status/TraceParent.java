package dev.headway.status;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The place in a trace from which a record was written, as W3C's {@code traceparent} of version 00.
 * Travels with the record so that what comes of the write can go on with the trace; readers never
 * see it.
 */
public record TraceParent(String value) {
  private static final Pattern FORM =
      Pattern.compile("00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}");

  public TraceParent {
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException("not a traceparent of version 00");
    }
  }

  /** Empty for anything that is none: a trace is never worth a record. */
  public static Optional<TraceParent> parse(String text) {
    return FORM.matcher(text).matches() ? Optional.of(new TraceParent(text)) : Optional.empty();
  }

  /** 32 hexadecimal digits. */
  public String traceId() {
    return value.substring(3, 35);
  }

  /** 16 hexadecimal digits. */
  public String spanId() {
    return value.substring(36, 52);
  }
}
