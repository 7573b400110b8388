package dev.headway.leads;

import java.time.Duration;

/**
 * What may be uploaded, and for how long its address is good.
 *
 * @param maxBytes most bytes of a file; the same as the splitter's limit
 * @param validity of the address of an upload
 */
public record UploadRules(long maxBytes, Duration validity) {
  /**
   * 15 minutes are enough for 50 MB at 0.5 Mbit/s, and short enough for an address that anybody who
   * sees it could use.
   */
  public static final UploadRules DEFAULT =
      new UploadRules(FileLimits.DEFAULT.maxBytes(), Duration.ofMinutes(15));

  public UploadRules {
    if (maxBytes < 1) {
      throw new IllegalArgumentException("a file may have at least one byte");
    }
    if (!validity.isPositive() || validity.compareTo(Duration.ofDays(7)) > 0) {
      throw new IllegalArgumentException("S3 signs addresses for at most 7 days: " + validity);
    }
  }
}
