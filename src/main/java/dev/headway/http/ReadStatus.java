package dev.headway.http;

import dev.headway.api.Conditional;
import dev.headway.api.LastEventId;
import dev.headway.api.Negotiation;
import dev.headway.api.PollAnswer;
import dev.headway.api.ProblemCode;
import dev.headway.api.ProblemException;
import dev.headway.api.Representation;
import dev.headway.api.Visibility;
import dev.headway.api.WaitPreference;
import dev.headway.hub.Change;
import dev.headway.hub.Reading;
import dev.headway.hub.Wait;
import dev.headway.status.UploadId;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers with an upload's record: once, or as an event stream. */
final class ReadStatus implements Endpoint {
  private static final Logger log = LoggerFactory.getLogger(ReadStatus.class);
  private static final List<Representation> OFFERED =
      List.of(Representation.JSON, Representation.EVENT_STREAM);

  private final StatusSource statuses;
  private final StreamOpener streams;
  private final PollHolder polls;
  private final RequestFigures figures;
  private final InstantSource clock;
  private final boolean alwaysStreams;

  private ReadStatus(
      Ports ports, RequestFigures figures, InstantSource clock, boolean alwaysStreams) {
    this.figures = figures;
    this.statuses = ports.statuses();
    this.streams = ports.streams();
    this.polls = ports.polls();
    this.clock = clock;
    this.alwaysStreams = alwaysStreams;
  }

  /** What the caller accepts decides. */
  static ReadStatus negotiated(Ports ports, RequestFigures figures, InstantSource clock) {
    return new ReadStatus(ports, figures, clock, false);
  }

  /** A stream whatever the caller accepts. */
  static ReadStatus streaming(Ports ports, RequestFigures figures, InstantSource clock) {
    return new ReadStatus(ports, figures, clock, true);
  }

  @Override
  public Future<?> answer(RoutingContext ctx) {
    ctx.response().putHeader("Vary", PollAnswer.VARY);
    Caller caller = Authentication.callerOf(ctx);
    UploadId id = UploadIds.of(ctx);
    return switch (wanted(ctx.request())) {
      case EVENT_STREAM -> stream(ctx.request(), caller, id);
      case JSON, CSV -> poll(ctx, caller, id);
    };
  }

  private Representation wanted(HttpServerRequest request) {
    if (alwaysStreams) {
      return Representation.EVENT_STREAM;
    }
    return Negotiation.choose(request.headers().getAll("Accept"), OFFERED)
        .orElseThrow(() ->
            new ProblemException(
                ProblemCode.NOT_ACCEPTABLE, "Accept application/json or text/event-stream."));
  }

  private Future<Void> poll(RoutingContext ctx, Caller caller, UploadId id) {
    Conditional conditional = Conditional.parse(ctx.request().headers().getAll("If-None-Match"));
    Optional<WaitPreference> wait =
        conditional.isNone()
            ? Optional.empty() // who has nothing yet has nothing to wait for
            : WaitPreference.parse(ctx.request().headers().getAll("Prefer"));
    return read(id, conditional.atLeast(), caller)
        .compose(reading ->
            wait.isPresent()
                ? waitAndAnswer(ctx, caller, conditional, wait.get(), reading)
                : answer(ctx, reading, conditional, wait));
  }

  private Future<Void> waitAndAnswer(
      RoutingContext ctx,
      Caller caller,
      Conditional conditional,
      WaitPreference wait,
      Reading reading) {
    Change known = reading.change();
    HttpServerResponse response = ctx.response();
    if (!conditional.holds(known.version()) || known.isTerminal()) {
      return answer(ctx, reading, conditional, Optional.of(wait));
    }
    if (response.closed()) {
      return Future.succeededFuture(); // the poller left while the record was read
    }
    Optional<Wait> held = polls.hold(known, atMost(wait, caller));
    if (held.isEmpty()) {
      return answer(ctx, reading, conditional, Optional.empty());
    }
    response.closeHandler(closed -> held.get().cancel());
    return held.get()
        .end()
        .compose(end ->
            // Read as any poll is: the age is honest, and a record whose life is over is absent.
            read(known.uploadId(), known.version(), caller)
                .compose(now -> answer(ctx, now, conditional, applied(wait, end))));
  }

  /** The token is proof for its own life only. */
  private Duration atMost(WaitPreference wait, Caller caller) {
    Duration authorized = Duration.between(clock.instant(), caller.authorizedUntil());
    return authorized.compareTo(wait.atMost()) < 0 ? authorized : wait.atMost();
  }

  /** Who is sent away comes back after a pause, as a poller would. */
  private static Optional<WaitPreference> applied(WaitPreference wait, Wait.End end) {
    return switch (end) {
      case HEARD_OUT -> Optional.of(wait);
      case SENT_AWAY -> Optional.empty();
    };
  }

  private Future<Void> answer(
      RoutingContext ctx,
      Reading reading,
      Conditional conditional,
      Optional<WaitPreference> waited) {
    Change change = reading.change();
    PollAnswer plain = PollAnswer.of(change.record(), reading.age(), conditional);
    PollAnswer answer = waited.map(plain::after).orElse(plain);
    figures.polled(answer.httpStatus());
    return answer.body().isPresent()
        ? Answers.send(ctx, answer.httpStatus(), answer.headers(), change.json())
        : Answers.send(ctx, answer.httpStatus(), answer.headers());
  }

  private Future<?> stream(HttpServerRequest request, Caller caller, UploadId id) {
    OptionalLong lastEventId =
        LastEventId.parse(
            Optional.ofNullable(request.getHeader("Last-Event-ID")),
            Optional.ofNullable(request.getParam("lastEventId")));
    return read(id, lastEventId.orElse(0), caller)
        .compose(reading -> {
          // The reader left while the record was read: nothing may be opened for nobody.
          if (!request.response().closed()) {
            streams.open(request, reading, lastEventId, caller.authorizedUntil());
          }
          return Future.succeededFuture();
        });
  }

  private Future<Reading> read(UploadId id, long atLeast, Caller caller) {
    return statuses
        .read(id, atLeast)
        .recover(failure -> Future.failedFuture(unreadable(failure)))
        .map(found -> {
          Visibility.require(
              found.map(reading -> reading.change().record()), caller.owner(), clock.instant());
          return found.orElseThrow();
        });
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
