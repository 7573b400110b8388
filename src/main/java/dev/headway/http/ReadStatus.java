package dev.headway.http;

import dev.headway.api.Conditional;
import dev.headway.api.LastEventId;
import dev.headway.api.Negotiation;
import dev.headway.api.PollAnswer;
import dev.headway.api.ProblemCode;
import dev.headway.api.ProblemException;
import dev.headway.api.Representation;
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

/** Answers with an upload's record: once, or as an event stream. */
final class ReadStatus implements Endpoint {
  private static final List<Representation> OFFERED =
      List.of(Representation.JSON, Representation.EVENT_STREAM);

  private final OwnReadings uploads;
  private final StreamOpener streams;
  private final PollHolder polls;
  private final RequestFigures figures;
  private final InstantSource clock;
  private final boolean alwaysStreams;

  private ReadStatus(
      Ports ports, RequestFigures figures, InstantSource clock, boolean alwaysStreams) {
    this.figures = figures;
    this.uploads = new OwnReadings(ports.statuses(), clock);
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
      case EVENT_STREAM -> stream(ctx, caller, id);
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
    return uploads
        .read(id, conditional.atLeast(), caller.owner())
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
            uploads
                .read(known.uploadId(), known.version(), caller.owner())
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

  private Future<?> stream(RoutingContext ctx, Caller caller, UploadId id) {
    HttpServerRequest request = ctx.request();
    OptionalLong lastEventId =
        LastEventId.parse(
            Optional.ofNullable(request.getHeader("Last-Event-ID")),
            ctx.queryParam("lastEventId").stream().findFirst());
    return uploads
        .read(id, lastEventId.orElse(0), caller.owner())
        .compose(reading -> {
          // The reader left while the record was read: nothing may be opened for nobody.
          if (!request.response().closed()) {
            streams.open(request, reading, lastEventId, caller.authorizedUntil());
          }
          return Future.succeededFuture();
        });
  }
}
