package dev.headway.http;

import dev.headway.api.LeadCsv;
import dev.headway.api.LeadPage;
import dev.headway.api.LeadQuery;
import dev.headway.api.Representation;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpServerResponse;
import java.util.Optional;
import java.util.function.Function;

/**
 * Writes all leads of a query page by page: the next page is read when the last one has been taken.
 * Nothing goes out before the first page is there, so that its failure is still answered as one; a
 * later failure cuts the response. On the response's event loop.
 */
final class CsvExport {
  /**
   * More than a million leads are not exported: the response is cut, because a file that ends early
   * must not look whole.
   */
  private static final int MAX_PAGES = 10_000;

  private final HttpServerResponse response;
  private final Function<LeadQuery, Future<LeadPage>> source;
  private final Promise<Void> done = Promise.promise();
  private int pages;

  CsvExport(HttpServerResponse response, Function<LeadQuery, Future<LeadPage>> source) {
    this.response = response;
    this.source = source;
  }

  /** What the response is, once it is certain that there is one. */
  static HttpServerResponse describe(HttpServerResponse response) {
    return response
        .putHeader("Content-Type", Representation.CSV.contentType())
        .putHeader("Content-Disposition", "attachment; filename=\"leads.csv\"")
        .putHeader("Cache-Control", FindLeads.CACHE_CONTROL);
  }

  /** Exports what the query finds, from its cursor on; its limit does not count. */
  Future<Void> run(LeadQuery query) {
    next(page(query, query.cursor()));
    return done.future();
  }

  /** A loop by way of the event loop: chained futures would all stay in memory to the end. */
  private void next(LeadQuery query) {
    if (pages == MAX_PAGES) {
      done.fail(new IllegalStateException("an export has more than " + MAX_PAGES + " pages"));
      return;
    }
    pages++;
    source
        .apply(query)
        .compose(page -> write(page).map(written -> page.nextCursor()))
        .onFailure(done::fail)
        .onSuccess(cursor -> {
          if (cursor.isPresent()) {
            next(page(query, cursor));
          } else {
            response.end().onComplete(done);
          }
        });
  }

  private Future<Void> write(LeadPage page) {
    if (pages == 1) {
      return describe(response)
          .setChunked(true)
          .write(LeadCsv.header() + LeadCsv.rows(page.leads()));
    }
    String rows = LeadCsv.rows(page.leads());
    // A page may be empty where a search found nothing in what it read.
    return rows.isEmpty() ? Future.succeededFuture() : response.write(rows);
  }

  private static LeadQuery page(LeadQuery query, Optional<String> cursor) {
    return new LeadQuery(LeadQuery.MAX_LIMIT, cursor, query.text(), query.company(), query.sort());
  }
}
