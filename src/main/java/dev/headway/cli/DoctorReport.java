package dev.headway.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What a doctor says at the end, for people and for programs. Pure. */
record DoctorReport(URI base, List<Finding> findings, Set<Intermediary> between) {
  ExitStatus status() {
    return problems() > 0 ? ExitStatus.PROBLEM_FOUND : ExitStatus.DONE;
  }

  private long problems() {
    return findings.stream().filter(Finding::isProblem).count();
  }

  /** For people whose window is so wide. */
  String text(int columns) {
    var lines = new ArrayList<String>();
    lines.add(Printable.of("The way to " + base));
    lines.add("");
    for (Finding finding : findings) {
      String mark = finding.verdict().word();
      String shown = finding.isProblem() ? mark.toUpperCase(Locale.ROOT) : mark;
      wrap("  %-8s %-14s ".formatted(shown, finding.check()), finding.words(), columns, lines);
      finding.ailment().ifPresent(ailment -> addAdvice(ailment, columns, lines));
    }
    lines.add("");
    String seen = between.stream().map(Intermediary::title).collect(Collectors.joining(", "));
    lines.add(
        seen.isEmpty()
            ? "Nobody between here and the service shows itself."
            : "Between here and the service: " + seen + ".");
    long problems = problems();
    lines.add(
        problems == 0 ? "No problem." : problems == 1 ? "1 problem." : problems + " problems.");
    return String.join("\n", lines) + "\n";
  }

  private void addAdvice(Ailment ailment, int columns, List<String> lines) {
    wrap(" ".repeat(11), ailment.advice(), columns, lines);
    remediesOf(ailment)
        .forEach((where, remedy) ->
            wrap("%s%-11s ".formatted(" ".repeat(13), where.title()), remedy, columns, lines));
  }

  /** Words after a beginning, and under each other where they need more than one line. */
  private static void wrap(String beginning, String words, int columns, List<String> lines) {
    var line = new StringBuilder(beginning);
    boolean first = true;
    for (String word : words.split(" ", -1)) {
      if (!first && line.length() + 1 + word.length() > columns) {
        lines.add(line.toString());
        line.setLength(0);
        line.append(" ".repeat(beginning.length()));
        first = true;
      }
      line.append(first ? "" : " ").append(word);
      first = false;
    }
    lines.add(line.toString());
  }

  /** Of those that were seen; of all where none was that could be the cause. */
  private Map<Intermediary, String> remediesOf(Ailment ailment) {
    Map<Intermediary, String> all = new EnumMap<>(Intermediary.class);
    all.putAll(ailment.remedies());
    if (all.keySet().stream().anyMatch(between::contains)) {
      all.keySet().retainAll(between);
    }
    return all;
  }

  ObjectNode json() {
    var json = JsonNodeFactory.instance.objectNode();
    json.put("address", base.toString()).put("problems", problems());
    var seen = json.putArray("between");
    between.forEach(one -> seen.add(one.title()));
    var list = json.putArray("findings");
    for (Finding finding : findings) {
      ObjectNode each = list.addObject();
      each.put("check", finding.check())
          .put("verdict", finding.verdict().word())
          .put("words", finding.words());
      finding
          .ailment()
          .ifPresent(ailment -> {
            each.put("ailment", ailment.word()).put("advice", ailment.advice());
            ObjectNode remedies = each.putObject("remedies");
            remediesOf(ailment).forEach((where, remedy) -> remedies.put(where.title(), remedy));
          });
    }
    return json;
  }
}
