package dev.headway.http;

import dev.headway.api.AcceptedUpload;
import dev.headway.api.NewUpload;
import dev.headway.api.NewUploadJson;
import dev.headway.api.Representation;
import dev.headway.api.Uploads;
import dev.headway.api.Views;
import dev.headway.status.ProcessingStatus;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Accepts an upload. The body is read as JSON whatever it is labelled, so that a plain {@code curl
 * -d} works.
 */
final class StartUpload implements Endpoint {
  private final Uploads uploads;
  private final Consumer<ProcessingStatus> written;
  private final BlockingCalls blocking;
  private final Duration patience;

  /**
   * @param patience for how long the body may take
   */
  StartUpload(Ports ports, BlockingCalls blocking, Duration patience) {
    this.uploads = ports.uploads();
    this.written = ports.written();
    this.blocking = blocking;
    this.patience = patience;
  }

  @Override
  public Future<?> answer(RoutingContext ctx) {
    Caller caller = Authentication.callerOf(ctx);
    return SmallBody.read(ctx.vertx(), ctx.request(), NewUploadJson.MAX_BODY_BYTES, patience)
        .map(body -> NewUploadJson.parse(body.getBytes()))
        .compose(upload -> accept(caller, upload))
        .compose(accepted -> answer(ctx, accepted));
  }

  private Future<AcceptedUpload> accept(Caller caller, NewUpload upload) {
    return blocking.call(() -> uploads.accept(caller.owner(), upload));
  }

  private Future<Void> answer(RoutingContext ctx, AcceptedUpload accepted) {
    written.accept(accepted.status());
    return Answers.send(
        ctx,
        201,
        Map.of(
            "Location",
            "/status/" + accepted.status().uploadId(),
            "Content-Type",
            Representation.JSON.contentType(),
            // Whoever has the signed address can store the file.
            "Cache-Control",
            "no-store"),
        Buffer.buffer(Views.accepted(accepted)));
  }
}
