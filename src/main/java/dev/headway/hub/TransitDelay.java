package dev.headway.hub;

/**
 * How much longer than the quickest a sender's message was under way, from the times of sending and
 * receiving on two clocks that do not know each other. What a heartbeat says is that much older
 * than it claims.
 *
 * <p>The quickest is taken over the last one to two {@link #WINDOW}s, so that clocks of different
 * speed do not add up to an error: at 100 millionths of difference a minute makes 6 ms.
 */
final class TransitDelay {
  private static final long WINDOW = 60_000_000_000L;

  private long quickestBefore = Long.MAX_VALUE;
  private long quickest = Long.MAX_VALUE;
  private long windowStart = MonotonicClock.NEVER;

  /**
   * Takes one message into account.
   *
   * @param sentAt nanoseconds of the sender's clock
   * @param receivedAt nanoseconds of the receiver's clock
   * @return the delay over the quickest, in nanoseconds
   */
  long observe(long sentAt, long receivedAt) {
    if (receivedAt - windowStart > WINDOW) {
      quickestBefore = quickest;
      quickest = Long.MAX_VALUE;
      windowStart = receivedAt;
    }
    long difference = receivedAt - sentAt;
    quickest = Math.min(quickest, difference);
    return difference - Math.min(quickest, quickestBefore);
  }
}
