package dev.headway;

import dev.headway.api.ProblemCode;
import dev.headway.api.ProblemException;
import dev.headway.http.PollHolder;
import dev.headway.http.StreamOpener;
import dev.headway.http.UploadsStreamOpener;
import dev.headway.hub.Change;
import dev.headway.hub.OwnerPlaces;
import dev.headway.hub.Reading;
import dev.headway.hub.Wait;
import dev.headway.status.OwnerId;
import dev.headway.status.UploadId;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * Refuses what a node could take on only at the cost of those it has: streams beyond its number,
 * its memory, its pace or one person's share. Nobody is ever sent away to make room, and polls are
 * answered all the same; those that would wait take a place like a stream, for they have a
 * connection too. While a node is full it is not ready: another one may have room. Any thread.
 */
final class Admission implements StreamOpener {
  /**
   * The share of the heap that may be needed. Beyond it, collections take the time that the streams
   * need.
   */
  private static final double MOST_HEAP = 0.85;

  /** With which there is room again. */
  private static final double MUCH_HEAP = 0.8;

  private final StreamOpener streams;
  private final UploadsStreamOpener uploadsStreams;
  private final PollHolder polls;
  private final LongSupplier open;
  private final OwnerPlaces places;
  private final DoubleSupplier heapTaken;
  private final Capacity capacity;
  private final Optional<Bucket> pace;
  private final LongAdder refused = new LongAdder();
  private volatile boolean full;
  private volatile boolean outOfMemory;

  /**
   * Admits up to this capacity.
   *
   * @param open how many streams are open and polls held
   * @param places who has how many of them
   * @param heapTaken the share of the heap that is needed, 0 to 1
   * @param ticker monotonic nanoseconds
   */
  Admission(
      StreamOpener streams,
      UploadsStreamOpener uploadsStreams,
      PollHolder polls,
      LongSupplier open,
      OwnerPlaces places,
      DoubleSupplier heapTaken,
      Capacity capacity,
      LongSupplier ticker) {
    this.streams = streams;
    this.uploadsStreams = uploadsStreams;
    this.polls = polls;
    this.open = open;
    this.places = places;
    this.heapTaken = heapTaken;
    this.capacity = capacity;
    this.pace = capacity.newStreams().bucket(ticker);
  }

  @Override
  public void open(
      HttpServerRequest request,
      Reading current,
      OptionalLong lastEventId,
      Instant authorizedUntil) {
    admit(current.change().record().ownerId());
    streams.open(request, current, lastEventId, authorizedUntil);
  }

  Future<Void> openMany(
      HttpServerRequest request, OwnerId owner, Set<UploadId> picks, Instant authorizedUntil) {
    admit(owner);
    return uploadsStreams.open(request, owner, picks, authorizedUntil);
  }

  /** A poll that finds no room is answered at once: it only preferred to wait. */
  Optional<Wait> hold(Change known, Duration atMost) {
    return hasRoom() && hasShare(known.record().ownerId())
        ? polls.hold(known, atMost)
        : Optional.empty();
  }

  private void admit(OwnerId owner) {
    if (!hasShare(owner)) {
      throw refusal(
          new ProblemException(
              ProblemCode.TOO_MANY_STREAMS,
              "At most %d streams of one user at once.".formatted(capacity.streamsOfAUser())));
    }
    if (!hasRoom()) {
      throw refusal(
          new ProblemException(
              ProblemCode.OVERLOADED, "This node holds as many streams as it can."));
    }
    pace.map(bucket -> bucket.tryConsumeAndReturnRemaining(1))
        .filter(probe -> !probe.isConsumed())
        .ifPresent(this::refuseHaste);
  }

  private void refuseHaste(ConsumptionProbe probe) {
    throw refusal(
        new ProblemException(
            ProblemCode.OVERLOADED,
            "Too many streams are opened at the moment.",
            Duration.ofNanos(probe.getNanosToWaitForRefill())));
  }

  private ProblemException refusal(ProblemException problem) {
    refused.increment();
    return problem;
  }

  private boolean hasRoom() {
    return open.getAsLong() < capacity.streams() && heapTaken.getAsDouble() < MOST_HEAP;
  }

  /** Event loops that ask at the same moment may all be told yes: one stream more for each. */
  private boolean hasShare(OwnerId owner) {
    return capacity.streamsOfAUser() == 0 || places.of(owner) < capacity.streamsOfAUser();
  }

  /** Streams that were refused, since the start. */
  long refused() {
    return refused.sum();
  }

  /** Why the node should get no more readers; empty while it has room. */
  Optional<String> withoutRoom() {
    long now = open.getAsLong();
    long most = capacity.streams();
    // Back only with some room, or the node would be sent readers one by one and refuse the rest.
    full = now >= most || (full && now > most - most / 20);
    return full ? Optional.of("the node holds as many streams as it can") : Optional.empty();
  }

  /** The same of its memory. */
  Optional<String> withoutMemory() {
    double now = heapTaken.getAsDouble();
    outOfMemory = now >= MOST_HEAP || (outOfMemory && now > MUCH_HEAP);
    return outOfMemory ? Optional.of("the node needs nearly all its memory") : Optional.empty();
  }
}
