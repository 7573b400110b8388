package dev.headway.http;

import dev.headway.api.LeadPage;
import dev.headway.api.LeadQuery;
import dev.headway.api.LeadQueryParameters;
import dev.headway.api.Leads;
import dev.headway.api.Negotiation;
import dev.headway.api.ProblemCode;
import dev.headway.api.ProblemException;
import dev.headway.api.Representation;
import dev.headway.api.Views;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;

/** Answers with the caller's leads: a page of them as JSON, or all as CSV. */
final class FindLeads implements Endpoint {
  private static final List<Representation> OFFERED =
      List.of(Representation.JSON, Representation.CSV);

  /** Leads are personal data: they stay in no cache. */
  static final String CACHE_CONTROL = "no-store";

  private final Leads leads;
  private final BlockingCalls blocking;

  FindLeads(Leads leads, BlockingCalls blocking) {
    this.leads = leads;
    this.blocking = blocking;
  }

  @Override
  public Future<?> answer(RoutingContext ctx) {
    ctx.response().putHeader("Vary", "Accept, Origin");
    Caller caller = Authentication.callerOf(ctx);
    LeadQuery query = LeadQueryParameters.parse(QueryStrings.of(ctx));
    return switch (wanted(ctx)) {
      case CSV -> export(ctx, caller, query);
      case JSON, EVENT_STREAM -> page(ctx, caller, query);
    };
  }

  private static Representation wanted(RoutingContext ctx) {
    return Negotiation.choose(ctx.request().headers().getAll("Accept"), OFFERED)
        .orElseThrow(() ->
            new ProblemException(
                ProblemCode.NOT_ACCEPTABLE, "Accept application/json or text/csv."));
  }

  private Future<Void> page(RoutingContext ctx, Caller caller, LeadQuery query) {
    return blocking
        .call(() -> leads.find(caller.owner(), query))
        .compose(page -> answer(ctx, page));
  }

  private static Future<Void> answer(RoutingContext ctx, LeadPage page) {
    return Answers.send(
        ctx,
        200,
        Map.of("Content-Type", Representation.JSON.contentType(), "Cache-Control", CACHE_CONTROL),
        Buffer.buffer(Views.leads(page)));
  }

  private Future<Void> export(RoutingContext ctx, Caller caller, LeadQuery query) {
    if (Answers.isHead(ctx.request())) {
      return CsvExport.describe(ctx.response()).end();
    }
    return new CsvExport(
            ctx.response(), page -> blocking.call(() -> leads.find(caller.owner(), page)))
        .run(query);
  }
}
