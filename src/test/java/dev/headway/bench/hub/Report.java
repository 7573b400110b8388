package dev.headway.bench.hub;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What was measured: figures by table, server and name, one of each run. */
final class Report {
  private final Map<String, Map<String, Map<String, List<Double>>>> tables = new LinkedHashMap<>();
  private final Set<String> series = new HashSet<>();

  void add(String table, String server, String figure, double value) {
    tables
        .computeIfAbsent(table, t -> new LinkedHashMap<>())
        .computeIfAbsent(server, s -> new LinkedHashMap<>())
        .computeIfAbsent(figure, f -> new ArrayList<>())
        .add(value);
    System.err.printf(Locale.ROOT, "  %s, %s: %s %s%n", table, server, figure, show(value));
  }

  static double median(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(v -> v).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** A table whose rows follow one another in time: they are not held against the first. */
  void isSeries(String table) {
    series.add(table);
  }

  /** Tables of medians, with the median of the ratios that the first server has to each other. */
  String markdown() {
    var text = new StringBuilder();
    tables.forEach((table, servers) -> {
      String first = servers.keySet().iterator().next();
      List<String> figures = List.copyOf(servers.get(first).keySet());
      text.append("\n### ").append(table).append("\n\n| |");
      figures.forEach(figure -> text.append(' ').append(figure).append(" |"));
      text.append("\n|---|").repeat("---|", figures.size()).append('\n');
      servers.forEach((server, values) -> {
        text.append("| ").append(server).append(" |");
        figures.forEach(figure ->
            text.append(' ')
                .append(show(median(values.getOrDefault(figure, List.of(Double.NaN)))))
                .append(" |"));
        text.append('\n');
      });
      servers.keySet().stream()
          .skip(series.contains(table) ? servers.size() : 1)
          .forEach(other -> {
            text.append("| ").append(first).append(" ÷ ").append(other).append(" |");
            figures.forEach(figure ->
                text.append(' ').append(ratio(servers, figure, first, other)).append(" |"));
            text.append('\n');
          });
    });
    return text.toString();
  }

  private static String ratio(
      Map<String, Map<String, List<Double>>> servers, String figure, String one, String other) {
    List<Double> of = servers.get(one).getOrDefault(figure, List.of());
    List<Double> to = servers.get(other).getOrDefault(figure, List.of());
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < Math.min(of.size(), to.size()); i++) {
      ratios.add(of.get(i) / to.get(i));
    }
    return ratios.isEmpty() ? "–" : show(median(ratios));
  }

  private static String show(double value) {
    if (!Double.isFinite(value)) {
      return "–";
    }
    return String.format(Locale.ROOT, Math.abs(value) >= 100 ? "%,.0f" : "%.2f", value);
  }

  String json() {
    var all = new JsonObject();
    tables.forEach((table, servers) -> {
      var byServer = new JsonObject();
      servers.forEach((server, figures) -> {
        var byFigure = new JsonObject();
        figures.forEach((figure, values) -> byFigure.put(figure, array(values)));
        byServer.put(server, byFigure);
      });
      all.put(table, byServer);
    });
    return all.encodePrettily();
  }

  private static JsonArray array(List<Double> values) {
    var array = new JsonArray();
    values.forEach(value -> array.add(Double.isFinite(value) ? value : null));
    return array;
  }
}
