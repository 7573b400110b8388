package dev.headway.infra;

import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.logs.LogGroup;
import software.amazon.awscdk.services.logs.RetentionDays;
import software.constructs.Construct;

/**
 * What outlives the stack, and how long logs live.
 *
 * @param data whether data does
 */
record Keeping(boolean data, int logDays) {
  RemovalPolicy policy() {
    return data ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
  }

  /** Each log in a group of its own that the stack knows, so that nothing is kept for ever. */
  LogGroup logGroup(Construct scope, String id) {
    return LogGroup.Builder.create(scope, id)
        .retention(retention())
        .removalPolicy(policy())
        .build();
  }

  private RetentionDays retention() {
    return switch (logDays) {
      case 1 -> RetentionDays.ONE_DAY;
      case 7 -> RetentionDays.ONE_WEEK;
      case 30 -> RetentionDays.ONE_MONTH;
      case 90 -> RetentionDays.THREE_MONTHS;
      case 365 -> RetentionDays.ONE_YEAR;
      default -> throw new IllegalArgumentException("logDays is 1, 7, 30, 90 or 365: " + logDays);
    };
  }
}
