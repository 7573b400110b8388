package dev.headway.http;

import dev.headway.api.Negotiation;
import dev.headway.api.PollAnswer;
import dev.headway.api.ProblemCode;
import dev.headway.api.ProblemException;
import dev.headway.api.Representation;
import dev.headway.api.UploadQuery;
import dev.headway.api.UploadsAnswer;
import dev.headway.hub.Reading;
import dev.headway.hub.UploadPage;
import dev.headway.status.OwnedUpload;
import dev.headway.status.ProcessingStatus;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

/**
 * Answers with the caller's uploads: a page of them or those they picked, or as an event stream.
 */
final class ReadUploads implements Endpoint {
  private static final List<Representation> OFFERED =
      List.of(Representation.JSON, Representation.EVENT_STREAM);

  private static final Comparator<Reading> NEWEST_FIRST =
      Comparator.comparing(
          reading -> OwnedUpload.of(reading.change().record()), OwnedUpload.NEWEST_FIRST);

  private final StatusSource statuses;
  private final UploadLister lister;
  private final UploadsStreamOpener streams;
  private final InstantSource clock;

  ReadUploads(Ports ports, InstantSource clock) {
    this.statuses = ports.statuses();
    this.lister = ports.lister();
    this.streams = ports.uploadsStreams();
    this.clock = clock;
  }

  @Override
  public Future<?> answer(RoutingContext ctx) {
    ctx.response().putHeader("Vary", PollAnswer.VARY);
    Caller caller = Authentication.callerOf(ctx);
    UploadQuery query = UploadQuery.parse(QueryStrings.of(ctx));
    Representation wanted =
        Negotiation.choose(ctx.request().headers().getAll("Accept"), OFFERED)
            .orElseThrow(() ->
                new ProblemException(
                    ProblemCode.NOT_ACCEPTABLE, "Accept application/json or text/event-stream."));
    return switch (wanted) {
      case EVENT_STREAM -> stream(ctx.request(), caller, query.requireUnpaged());
      case JSON, CSV -> readable(page(caller, query)).compose(page -> answer(ctx, page));
    };
  }

  private Future<Void> stream(HttpServerRequest request, Caller caller, UploadQuery query) {
    var picks = new LinkedHashSet<>(query.picks());
    return readable(streams.open(request, caller.owner(), picks, caller.authorizedUntil()));
  }

  private static <T> Future<T> readable(Future<T> read) {
    return read.recover(failure -> Future.failedFuture(ReadStatus.unreadable(failure)));
  }

  private Future<UploadPage> page(Caller caller, UploadQuery query) {
    if (query.picks().isEmpty()) {
      return lister.newestOf(caller.owner(), query.limit(), query.after());
    }
    List<Future<Optional<Reading>>> all =
        query.picks().stream().map(id -> statuses.read(id, 0)).toList();
    Instant now = clock.instant();
    return Future.all(all)
        .map(done ->
            new UploadPage(
                all.stream()
                    .map(Future::result)
                    .flatMap(Optional::stream)
                    .filter(reading -> isVisible(reading.change().record(), caller, now))
                    .sorted(NEWEST_FIRST)
                    .toList(),
                Optional.empty()));
  }

  /** What is not the caller's is left out just as what does not exist. */
  private static boolean isVisible(ProcessingStatus record, Caller caller, Instant now) {
    return record.isOwnedBy(caller.owner()) && !record.isExpired(now);
  }

  private static Future<Void> answer(RoutingContext ctx, UploadPage page) {
    List<Reading> readings = page.readings();
    Duration age =
        readings.stream().map(Reading::age).max(Comparator.naturalOrder()).orElse(Duration.ZERO);
    return Answers.send(
        ctx,
        200,
        UploadsAnswer.headers(
            readings.stream().map(reading -> reading.change().record()).toList(), age),
        Buffer.buffer(
            UploadsAnswer.body(
                readings.stream().map(reading -> reading.change().json().getBytes()).toList(),
                page.next())));
  }
}
