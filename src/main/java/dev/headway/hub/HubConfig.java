package dev.headway.hub;

import java.time.Duration;

/**
 * The sizes and times of a hub.
 *
 * @param maxAge how old, at most, what is known of an upload may be when it is answered from
 *     memory: the interval of a standard poller, so that a poll through the hub is no staler than
 *     the poller's own picture
 * @param unknownFor how long an id without a record is remembered as unknown, so that a poller of a
 *     wrong id does not cost a read each time; the contract's limit is 2 s
 * @param staleFor how old a record may be that is answered, with its honest age, because the table
 *     cannot be read. Longer than a failover of the table, short enough that nobody takes a dead
 *     bar for a living one
 * @param retention how long a record stays in memory that nobody watches, counted from its last
 *     read; a poller comes every 2 s, a browser tab in the background about once a minute
 * @param recentlyRead how many records that nobody watches are kept; about 2 KB each
 * @param readPatience after which a read of the table counts as failed, whatever it does later, so
 *     that a hanging connection does not hold all readers of an upload
 * @param tailPatience how old the tail's last proof may get before watched uploads are read from
 *     the table instead. Less than {@code maxAge}: what is then read for the first time may take a
 *     second to come, and the viewer's bound is 3 s
 * @param resyncEvery how old a reading of a watched upload may get, while the tail says nothing of
 *     it, before it is read again: as often as a poller would ask. A quarter earlier where that
 *     saves a request
 * @param heartbeatEvery how often this node reports what its tail holds; a third of {@code
 *     tailPatience}, so that the tail is not taken for silent when a report is late or lost
 * @param sliceSize subscribers that are served in one turn of an event loop, so that a crowd on one
 *     upload does not hold up everybody else on the loop
 */
public record HubConfig(
    Duration maxAge,
    Duration unknownFor,
    Duration staleFor,
    Duration retention,
    int recentlyRead,
    Duration readPatience,
    Duration tailPatience,
    Duration resyncEvery,
    Duration heartbeatEvery,
    int sliceSize) {
  public HubConfig {
    requirePositive("maxAge", maxAge);
    requirePositive("unknownFor", unknownFor);
    requirePositive("staleFor", staleFor);
    requirePositive("retention", retention);
    requirePositive("readPatience", readPatience);
    requirePositive("tailPatience", tailPatience);
    requirePositive("resyncEvery", resyncEvery);
    requirePositive("heartbeatEvery", heartbeatEvery);
    if (recentlyRead < 1 || sliceSize < 1) {
      throw new IllegalArgumentException(
          "recentlyRead and sliceSize are positive: " + recentlyRead + ", " + sliceSize);
    }
  }

  private static void requirePositive(String name, Duration value) {
    if (!value.isPositive()) {
      throw new IllegalArgumentException(name + " is positive: " + value);
    }
  }

  public static HubConfig standard() {
    return new HubConfig(
        /* maxAge= */ Duration.ofSeconds(2),
        /* unknownFor= */ Duration.ofSeconds(2),
        /* staleFor= */ Duration.ofMinutes(1),
        /* retention= */ Duration.ofMinutes(2),
        /* recentlyRead= */ 20_000,
        /* readPatience= */ Duration.ofSeconds(5),
        /* tailPatience= */ Duration.ofMillis(1500),
        /* resyncEvery= */ Duration.ofSeconds(2),
        /* heartbeatEvery= */ Duration.ofMillis(500),
        /* sliceSize= */ 256);
  }
}
