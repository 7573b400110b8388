package dev.headway.status;

/**
 * Whose upload it is: the {@code sub} of the token that created it. Stored and compared, never
 * returned to a reader and never logged.
 */
public record OwnerId(String value) {
  /** DynamoDB allows a partition key of 2,048 bytes; UTF-8 needs at most 3 for one char. */
  private static final int MAX_LENGTH = 682;

  public OwnerId {
    if (value.isBlank()
        || value.length() > MAX_LENGTH
        || value.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          "an owner id is 1 to " + MAX_LENGTH + " characters that are no controls");
    }
  }

  /** Hides the value: an owner is personal data, and this is what a log line would show. */
  @Override
  public String toString() {
    return "OwnerId[…]";
  }
}
