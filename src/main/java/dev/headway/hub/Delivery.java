package dev.headway.hub;

/**
 * A message as it arrives. Messages of one sender arrive in the order of their numbers; a number
 * that is left out is a message that was lost.
 *
 * @param number 1 for a sender's first message, one more for each further
 */
public record Delivery(Sender from, long number, BusMessage message) {
  public Delivery {
    if (number < 1) {
      throw new IllegalArgumentException("deliveries are numbered from 1, not " + number);
    }
  }
}
