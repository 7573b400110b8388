package dev.headway;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.headway.api.ProblemCode;
import dev.headway.api.ProblemException;
import dev.headway.http.StreamOpener;
import dev.headway.hub.Reading;
import io.vertx.core.http.HttpServerRequest;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/**
 * Opens no more streams than a node can hold, so that those it has do not suffer and polls are
 * still answered. While it is full the node is not ready: another one may have room. Any thread.
 */
final class StreamLimit implements StreamOpener {
  /** For polls, the database, the bus, jars and logs. */
  private static final long RESERVED_FILES = 1_000;

  private static final long WITHOUT_A_LIMIT_OF_FILES = 100_000;

  private final StreamOpener streams;
  private final LongSupplier open;
  private final long most;
  private volatile boolean full;

  /**
   * @param open how many streams are open
   * @param most how many may be
   */
  StreamLimit(StreamOpener streams, LongSupplier open, long most) {
    this.streams = streams;
    this.open = open;
    this.most = most;
  }

  /** As many as this process may have sockets for. */
  static long ofThisProcess() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
        ? Math.max(1, system.getMaxFileDescriptorCount() - RESERVED_FILES)
        : WITHOUT_A_LIMIT_OF_FILES;
  }

  @Override
  public void open(
      HttpServerRequest request,
      Reading current,
      OptionalLong lastEventId,
      Instant authorizedUntil) {
    if (open.getAsLong() >= most) {
      throw new ProblemException(
          ProblemCode.OVERLOADED, "This node holds as many streams as it can.");
    }
    streams.open(request, current, lastEventId, authorizedUntil);
  }

  /** Why the node should get no more readers; empty while it has room. */
  Optional<String> problem() {
    long now = open.getAsLong();
    // Back only with some room, or the node would be sent readers one by one and refuse the rest.
    full = now >= most || (full && now > most - most / 20);
    return full ? Optional.of("the node holds as many streams as it can") : Optional.empty();
  }
}
