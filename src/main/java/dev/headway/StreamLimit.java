package dev.headway;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.headway.api.ProblemCode;
import dev.headway.api.ProblemException;
import dev.headway.http.PollHolder;
import dev.headway.http.StreamOpener;
import dev.headway.http.UploadsStreamOpener;
import dev.headway.hub.Change;
import dev.headway.hub.Reading;
import dev.headway.hub.Wait;
import dev.headway.status.OwnerId;
import dev.headway.status.UploadId;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Opens no more streams than a node can hold, so that those it has do not suffer and polls are
 * still answered. A poll that waits counts as one, for it has a connection too. While it is full
 * the node is not ready: another one may have room. Any thread.
 */
final class StreamLimit implements StreamOpener {
  /** For polls, the database, the bus, jars and logs. */
  private static final long RESERVED_FILES = 1_000;

  private static final long WITHOUT_A_LIMIT_OF_FILES = 100_000;

  private final StreamOpener streams;
  private final UploadsStreamOpener uploadsStreams;
  private final PollHolder polls;
  private final LongSupplier open;
  private final long most;
  private volatile boolean full;

  /**
   * @param open how many streams are open and polls held
   * @param most how many may be
   */
  StreamLimit(
      StreamOpener streams,
      UploadsStreamOpener uploadsStreams,
      PollHolder polls,
      LongSupplier open,
      long most) {
    this.streams = streams;
    this.uploadsStreams = uploadsStreams;
    this.polls = polls;
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
    requireRoom();
    streams.open(request, current, lastEventId, authorizedUntil);
  }

  Future<Void> openMany(
      HttpServerRequest request, OwnerId owner, Set<UploadId> picks, Instant authorizedUntil) {
    requireRoom();
    return uploadsStreams.open(request, owner, picks, authorizedUntil);
  }

  private void requireRoom() {
    if (open.getAsLong() >= most) {
      throw new ProblemException(
          ProblemCode.OVERLOADED, "This node holds as many streams as it can.");
    }
  }

  /** A poll that finds no room is answered at once: it only preferred to wait. */
  Optional<Wait> hold(Change known, Duration atMost) {
    return open.getAsLong() >= most ? Optional.empty() : polls.hold(known, atMost);
  }

  /** Why the node should get no more readers; empty while it has room. */
  Optional<String> problem() {
    long now = open.getAsLong();
    // Back only with some room, or the node would be sent readers one by one and refuse the rest.
    full = now >= most || (full && now > most - most / 20);
    return full ? Optional.of("the node holds as many streams as it can") : Optional.empty();
  }
}
