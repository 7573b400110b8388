package dev.headway.http;

import dev.headway.api.CancelAnswer;
import dev.headway.api.StatusJson;
import dev.headway.status.ProcessingStatus;
import dev.headway.status.StatusEncoder;
import dev.headway.status.UploadId;
import dev.headway.status.WriteOutcome;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.time.InstantSource;
import java.util.function.Consumer;

/** Cancels an upload of the caller's. */
final class Cancel implements Endpoint {
  private final OwnReadings uploads;
  private final Cancellation cancellation;
  private final Consumer<ProcessingStatus> written;
  private final BlockingCalls blocking;
  private final StatusEncoder encoder = new StatusJson();

  Cancel(Ports ports, BlockingCalls blocking, InstantSource clock) {
    this.uploads = new OwnReadings(ports.statuses(), clock);
    this.cancellation = ports.cancellation();
    this.written = ports.written();
    this.blocking = blocking;
  }

  @Override
  public Future<?> answer(RoutingContext ctx) {
    Caller caller = Authentication.callerOf(ctx);
    UploadId id = UploadIds.of(ctx);
    // An owner never changes, so a record from memory proves ownership as well as a fresh one.
    return uploads
        .read(id, 0, caller.owner())
        .compose(owned -> blocking.call(() -> cancellation.cancel(id)))
        .compose(outcome -> answer(ctx, outcome));
  }

  private Future<Void> answer(RoutingContext ctx, WriteOutcome outcome) {
    // First the board, so that whoever reads after this answer sees what it says.
    outcome.current().ifPresent(written);
    CancelAnswer answer = CancelAnswer.of(outcome);
    Buffer body = Buffer.buffer(encoder.encode(answer.body()));
    return Answers.send(ctx, answer.httpStatus(), answer.headers(), body);
  }
}
