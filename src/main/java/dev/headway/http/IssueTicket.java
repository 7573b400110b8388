package dev.headway.http;

import dev.headway.api.Representation;
import dev.headway.api.Views;
import dev.headway.status.UploadId;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.time.InstantSource;
import java.util.Map;

/** Gives the owner of an upload a ticket for its stream. */
final class IssueTicket implements Endpoint {
  private final OwnReadings uploads;
  private final Tickets tickets;

  IssueTicket(Ports ports, Tickets tickets, InstantSource clock) {
    this.uploads = new OwnReadings(ports.statuses(), clock);
    this.tickets = tickets;
  }

  @Override
  public Future<?> answer(RoutingContext ctx) {
    Caller caller = Authentication.callerOf(ctx);
    UploadId id = UploadIds.of(ctx);
    return uploads
        .read(id, 0, caller.owner())
        .compose(own ->
            Answers.send(
                ctx,
                201,
                Map.of(
                    "Content-Type", Representation.JSON.contentType(), "Cache-Control", "no-store"),
                Buffer.buffer(Views.ticket(tickets.issue(id, caller)))));
  }
}
