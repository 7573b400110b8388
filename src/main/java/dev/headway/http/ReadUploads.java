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
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
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

  private final OwnReadings uploads;
  private final UploadLister lister;
  private final UploadsStreamOpener streams;

  ReadUploads(Ports ports, InstantSource clock) {
    this.uploads = new OwnReadings(ports.statuses(), clock);
    this.lister = ports.lister();
    this.streams = ports.uploadsStreams();
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
    return uploads
        .readAll(picks, caller.owner()) // so that it takes no less time than a poll of them
        .compose(found ->
            readable(streams.open(request, caller.owner(), picks, caller.authorizedUntil())));
  }

  private static <T> Future<T> readable(Future<T> read) {
    return read.recover(failure -> Future.failedFuture(OwnReadings.unreadable(failure)));
  }

  private Future<UploadPage> page(Caller caller, UploadQuery query) {
    if (query.picks().isEmpty()) {
      return lister.newestOf(caller.owner(), query.limit(), query.after());
    }
    return uploads
        .readAll(query.picks(), caller.owner())
        .map(found ->
            new UploadPage(found.stream().sorted(NEWEST_FIRST).toList(), Optional.empty()));
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
