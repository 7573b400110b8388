package dev.headway.conformance;

/**
 * What came out of a check.
 *
 * @param why nothing for what passed, the reason for what was skipped, what was seen for what
 *     failed
 * @param evidence what was asked and answered, for what failed
 */
record Finding(Check check, Outcome outcome, String why, String evidence, long millis) {
  enum Outcome {
    PASSED,
    FAILED,
    SKIPPED;

    String word() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }
}
