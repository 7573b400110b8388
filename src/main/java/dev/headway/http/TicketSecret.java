package dev.headway.http;

/**
 * What the keys of stream tickets are derived from. The same on all nodes of a service.
 *
 * @param text from a generator of passwords, not thought up by a person; at least 32 characters
 */
public record TicketSecret(String text) {
  public static final int MIN_LENGTH = 32;

  public TicketSecret {
    if (text.length() < MIN_LENGTH) {
      throw new IllegalArgumentException(
          "a secret for tickets has at least " + MIN_LENGTH + " characters, not " + text.length());
    }
  }

  /** Hides the secret: this is what a log line would show. */
  @Override
  public String toString() {
    return "TicketSecret[…]";
  }
}
