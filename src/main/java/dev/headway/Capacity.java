package dev.headway;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.headway.http.RateLimit;
import java.lang.management.ManagementFactory;

/**
 * How many streams a node takes on.
 *
 * @param streams open at once, and polls waiting
 * @param streamsOfAUser the same of one person; 0 for no limit
 * @param newStreams how fast they may come, those of all people together
 */
record Capacity(long streams, int streamsOfAUser, RateLimit newStreams) {
  /** Fifty tabs with two streams each, as many as a page of ours opens. */
  static final int STREAMS_OF_A_USER = 100;

  /** Two cores keep up with as many, and a burst takes all readers that a node can have. */
  static final RateLimit NEW_STREAMS = RateLimit.ofRate(2_000);

  /** For the database, the bus, jars and logs. */
  private static final long RESERVED_FILES = 500;

  /** For polls while every stream is taken. */
  private static final long RESERVED_CONNECTIONS = 500;

  private static final long WITHOUT_A_LIMIT_OF_FILES = 100_000;

  Capacity {
    if (streams < 1 || streamsOfAUser < 0) {
      throw new IllegalArgumentException(
          "a node takes some streams: %d, %d".formatted(streams, streamsOfAUser));
    }
  }

  /** As many connections as this process may have sockets for. */
  static long connectionsOfThisProcess() {
    long files =
        ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
            ? system.getMaxFileDescriptorCount()
            : WITHOUT_A_LIMIT_OF_FILES;
    return Math.max(1, files - RESERVED_FILES);
  }

  /** As many streams as leave room for polls. */
  static long streamsAmong(long connections) {
    return Math.max(1, connections - Math.min(RESERVED_CONNECTIONS, connections / 10));
  }
}
