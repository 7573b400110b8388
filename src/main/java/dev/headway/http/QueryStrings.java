package dev.headway.http;

import io.vertx.core.MultiMap;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The query of an address as {@code api} reads it. */
final class QueryStrings {
  private QueryStrings() {}

  /** Decoded, each name with all its values. */
  static Map<String, List<String>> of(RoutingContext ctx) {
    MultiMap query = ctx.queryParams();
    return query.names().stream()
        .distinct()
        .collect(Collectors.toMap(name -> name, query::getAll, (a, b) -> a));
  }
}
