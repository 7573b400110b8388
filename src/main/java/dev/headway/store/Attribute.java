package dev.headway.store;

import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Values as the tables hold them. */
final class Attribute {
  /**
   * ISO 8601 in UTC with always three digits after the second. {@link Instant#toString} leaves
   * zeros out, and then the text does not sort as the time does, which the owner index needs.
   */
  private static final DateTimeFormatter MILLISECONDS =
      new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

  private Attribute() {}

  static AttributeValue of(String text) {
    return AttributeValue.fromS(text);
  }

  static AttributeValue of(long number) {
    return AttributeValue.fromN(Long.toString(number));
  }

  static AttributeValue of(boolean flag) {
    return AttributeValue.fromBool(flag);
  }

  static AttributeValue of(Instant time) {
    return AttributeValue.fromS(MILLISECONDS.format(time));
  }
}
