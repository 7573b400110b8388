package dev.headway.store;

import dev.headway.status.UploadId;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Reads the attributes of one map of an item, and says by its path what it cannot read. Trusts
 * nothing: neither that an attribute is there, nor its type, nor that its value fits.
 */
final class ItemReader {
  /** A number of DynamoDB has at most 38 digits; with sign, point and exponent never more. */
  private static final int LONGEST_NUMBER = 48;

  /** Keeps later arithmetic far from overflow, and four-digit years keep the order of the text. */
  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999Z");

  private final Optional<UploadId> id;
  private final String path;
  private final Map<String, AttributeValue> attributes;

  ItemReader(Map<String, AttributeValue> item) {
    this.attributes = item;
    this.path = "";
    AttributeValue key = item.get("uploadId");
    this.id =
        key != null && key.type() == AttributeValue.Type.S
            ? UploadId.parse(key.s())
            : Optional.empty();
  }

  private ItemReader(ItemReader outer, String name, Map<String, AttributeValue> attributes) {
    this.id = outer.id;
    this.path = outer.path + name + ".";
    this.attributes = attributes;
  }

  boolean has(String name) {
    return attributes.containsKey(name);
  }

  UploadId uploadId() {
    return id.orElseThrow(() -> unreadable("uploadId", "is not an upload id"));
  }

  String text(String name) {
    return required(name, AttributeValue.Type.S).s();
  }

  Optional<String> textIfAny(String name) {
    return has(name) ? Optional.of(text(name)) : Optional.empty();
  }

  /** For what a record does not depend on: empty also where it is no text. */
  Optional<String> textOrNone(String name) {
    return Optional.ofNullable(attributes.get(name)).map(AttributeValue::s);
  }

  boolean flag(String name) {
    return required(name, AttributeValue.Type.BOOL).bool();
  }

  /** A map within this one. */
  ItemReader within(String name) {
    return new ItemReader(this, name, required(name, AttributeValue.Type.M).m());
  }

  /**
   * A map within this one that may be empty. DynamoDB Local's stream tells an empty map as a value
   * of no type at all.
   */
  ItemReader withinOrEmpty(String name) {
    AttributeValue value = attributes.get(name);
    boolean untyped = value != null && value.equals(AttributeValue.builder().build());
    return untyped ? new ItemReader(this, name, Map.of()) : within(name);
  }

  long number(String name, long least, long most) {
    return number(name, required(name, AttributeValue.Type.N).n(), least, most);
  }

  int count(String name) {
    return (int) number(name, 0, Integer.MAX_VALUE);
  }

  /** A set of whole numbers from 1; empty where there is none, since DynamoDB has no empty sets. */
  Set<Integer> numbers(String name) {
    if (!has(name)) {
      return Set.of();
    }
    var numbers = new HashSet<Integer>();
    for (String number : required(name, AttributeValue.Type.NS).ns()) {
      numbers.add((int) number(name, number, 1, Integer.MAX_VALUE));
    }
    return numbers;
  }

  Instant instant(String name) {
    try {
      Instant instant = Instant.parse(text(name)).truncatedTo(ChronoUnit.MILLIS);
      if (instant.isBefore(Instant.EPOCH) || instant.isAfter(LATEST)) {
        throw unreadable(name, "is not a time from 1970 to 9999");
      }
      return instant;
    } catch (DateTimeException notIso) {
      throw unreadable(name, "is not an ISO 8601 time in UTC");
    }
  }

  Optional<Instant> instantIfAny(String name) {
    return has(name) ? Optional.of(instant(name)) : Optional.empty();
  }

  /** A time in whole seconds since 1970, the form that DynamoDB's time to live needs. */
  Instant epochSecond(String name) {
    return Instant.ofEpochSecond(number(name, 0, LATEST.getEpochSecond()));
  }

  UndecodableRecordException unreadable(String name, String problem) {
    return new UndecodableRecordException(id, path + name, problem);
  }

  private AttributeValue required(String name, AttributeValue.Type type) {
    AttributeValue value = attributes.get(name);
    if (value == null) {
      throw unreadable(name, "is missing");
    }
    if (value.type() != type) {
      throw unreadable(name, "is not of type " + type);
    }
    return value;
  }

  private long number(String name, String text, long least, long most) {
    if (text.length() <= LONGEST_NUMBER) {
      try {
        long number = new BigDecimal(text).longValueExact();
        if (number >= least && number <= most) {
          return number;
        }
      } catch (ArithmeticException | NumberFormatException notWhole) {
        // Told below, without the text.
      }
    }
    throw unreadable(name, "is not a whole number from %d to %d".formatted(least, most));
  }
}
