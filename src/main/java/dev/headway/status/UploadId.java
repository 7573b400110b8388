package dev.headway.status;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Optional;
import java.util.UUID;

/**
 * Names one upload. Safe in a path, a header, a log line and an SSE field: 1 to 255 of {@code
 * A-Za-z0-9_-}, the limit of the contract.
 */
public record UploadId(@JsonValue String value) {
  private static final int MAX_LENGTH = 255;

  /** Throws {@link IllegalArgumentException} without repeating the text, which may be hostile. */
  @JsonCreator
  public UploadId {
    if (!isValid(value)) {
      throw new IllegalArgumentException("an upload id is 1 to 255 of A-Z a-z 0-9 _ -");
    }
  }

  /** The id that the text spells, or empty where it spells none. */
  public static Optional<UploadId> parse(String text) {
    return isValid(text) ? Optional.of(new UploadId(text)) : Optional.empty();
  }

  /** A new id that nobody can guess. */
  public static UploadId random() {
    return new UploadId(UUID.randomUUID().toString());
  }

  private static boolean isValid(String text) {
    if (text.isEmpty() || text.length() > MAX_LENGTH) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean allowed =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || c == '_'
              || c == '-';
      if (!allowed) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String toString() {
    return value;
  }
}
