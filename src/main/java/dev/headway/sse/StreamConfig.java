package dev.headway.sse;

import java.time.Duration;

/**
 * The times and sizes of event streams.
 *
 * @param heartbeatEvery between two comments; proxies and load balancers cut what is silent for 30
 *     to 60 s
 * @param eventsPerSecond of {@code status} for one reader; more cannot be seen
 * @param writeTimeout after which a reader is cut that takes nothing
 * @param tokenNotice how long before the caller's token ends the stream says so
 * @param writeQueueSize bytes that may wait in this process before the newest version waits in its
 *     slot instead. Small, together with the socket's send buffer, because what waits here gets old
 * @param retry told to every reader at the beginning
 * @param drainRetry told to readers that are sent away because the node goes down
 * @param sweepEvery how often each stream is looked at for what is due: heartbeat, time-out, end of
 *     the token
 * @param tick the step of the clock of all streams of a loop: a change held back by {@code
 *     eventsPerSecond} or by a slow reader waits this much longer at most
 */
public record StreamConfig(
    Duration heartbeatEvery,
    int eventsPerSecond,
    Duration writeTimeout,
    Duration tokenNotice,
    int writeQueueSize,
    Retry retry,
    Retry drainRetry,
    Duration sweepEvery,
    Duration tick) {
  public StreamConfig {
    requirePositive("heartbeatEvery", heartbeatEvery);
    requirePositive("writeTimeout", writeTimeout);
    requirePositive("tick", tick);
    if (tokenNotice.isNegative()) {
      throw new IllegalArgumentException("tokenNotice is not negative: " + tokenNotice);
    }
    if (eventsPerSecond < 1 || eventsPerSecond > 1000) {
      throw new IllegalArgumentException("eventsPerSecond is 1 to 1000: " + eventsPerSecond);
    }
    if (writeQueueSize < 1024) {
      throw new IllegalArgumentException("writeQueueSize holds an event: " + writeQueueSize);
    }
    if (sweepEvery.compareTo(tick) < 0 || sweepEvery.compareTo(heartbeatEvery) > 0) {
      throw new IllegalArgumentException(
          "sweepEvery lies between tick and heartbeatEvery: " + sweepEvery);
    }
  }

  private static void requirePositive(String name, Duration value) {
    if (!value.isPositive()) {
      throw new IllegalArgumentException(name + " is positive: " + value);
    }
  }

  /** What the contract promises. */
  public static StreamConfig standard() {
    return new StreamConfig(
        Duration.ofSeconds(15),
        10,
        Duration.ofSeconds(30),
        Duration.ofSeconds(60),
        /* writeQueueSize= */ 1024,
        new Retry(Duration.ofMillis(500), Duration.ofSeconds(2)),
        new Retry(Duration.ofMillis(500), Duration.ofSeconds(5)),
        Duration.ofSeconds(1),
        Duration.ofMillis(50));
  }

  /** The least time between two {@code status} events of a stream. */
  Duration leastInterval() {
    return Duration.ofSeconds(1).dividedBy(eventsPerSecond);
  }
}
