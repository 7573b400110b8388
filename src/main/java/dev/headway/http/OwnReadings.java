package dev.headway.http;

import dev.headway.api.ProblemCode;
import dev.headway.api.ProblemException;
import dev.headway.api.RefusalTime;
import dev.headway.api.Visibility;
import dev.headway.hub.Reading;
import dev.headway.status.OwnerId;
import dev.headway.status.UploadId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads callers' own uploads, for every route that is about one. What is unknown, expired or
 * somebody else's looks the same from outside, in time too: see {@link RefusalTime}. Call it on the
 * request's event loop, where the futures complete.
 */
final class OwnReadings {
  private static final Logger log = LoggerFactory.getLogger(OwnReadings.class);

  private final StatusSource statuses;
  private final InstantSource clock;

  OwnReadings(StatusSource statuses, InstantSource clock) {
    this.statuses = statuses;
    this.clock = clock;
  }

  /**
   * The newest version. Fails with a {@code ProblemException}: {@code UPLOAD_NOT_FOUND}, or what
   * keeps the table from being read.
   *
   * @param atLeast a version that the caller has seen, 0 for none
   */
  Future<Reading> read(UploadId id, long atLeast, OwnerId owner) {
    long asked = System.nanoTime();
    return statuses
        .read(id, atLeast, owner)
        .recover(failure -> Future.failedFuture(unreadable(failure)))
        .map(found -> {
          Visibility.require(
              found.map(reading -> reading.change().record()), owner, clock.instant());
          return found.orElseThrow();
        })
        .recover(failure ->
            isNotFound(failure)
                ? inStep(asked).compose(now -> Future.failedFuture(failure))
                : Future.failedFuture(failure));
  }

  /** The newest versions of those that the caller may see, in the order of the ids. */
  Future<List<Reading>> readAll(Collection<UploadId> ids, OwnerId owner) {
    long asked = System.nanoTime();
    List<Future<Optional<Reading>>> all =
        ids.stream().map(id -> statuses.read(id, 0, owner)).toList();
    return Future.all(all)
        .map(done -> {
          Instant now = clock.instant();
          return all.stream()
              .map(Future::result)
              .flatMap(Optional::stream)
              .filter(reading -> Visibility.isVisible(reading.change().record(), owner, now))
              .toList();
        })
        .compose(found ->
            found.size() < ids.size()
                ? inStep(asked).map(now -> found)
                : Future.succeededFuture(found))
        .recover(failure -> Future.failedFuture(unreadable(failure)));
  }

  private static boolean isNotFound(Throwable failure) {
    return failure instanceof ProblemException problem
        && problem.code() == ProblemCode.UPLOAD_NOT_FOUND;
  }

  /** Vert.x's own timers know milliseconds only, and what is below them would still tell. */
  private static Future<Void> inStep(long asked) {
    ContextInternal loop = ContextInternal.current();
    Promise<Void> now = loop.promise();
    Duration rest = RefusalTime.rest(Duration.ofNanos(System.nanoTime() - asked));
    var _ =
        loop.nettyEventLoop().schedule(() -> now.complete(), rest.toNanos(), TimeUnit.NANOSECONDS);
    return now.future();
  }

  /** What could not be read is said to be away; why, only the log learns. */
  static ProblemException unreadable(Throwable failure) {
    if (failure instanceof ProblemException problem) {
      return problem;
    }
    log.warn("a status record could not be read: {}", failure.getClass().getName());
    log.debug("a status record could not be read", failure);
    return new ProblemException(
        ProblemCode.DATABASE_UNAVAILABLE, "The status cannot be read at the moment.");
  }
}
