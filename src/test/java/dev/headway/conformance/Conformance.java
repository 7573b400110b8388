package dev.headway.conformance;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headway.contract.Recorded;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The command: {@code ./headway conformance URL …}. */
public final class Conformance {
  private static final int FAILED = 1;
  private static final int WRONG_USAGE = 2;

  private Conformance() {}

  public static void main(String[] args) throws Exception {
    var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    System.exit(run(List.of(args), out));
  }

  /** Runs the suite as the command does; returns its exit status. */
  public static int run(List<String> arguments, PrintStream out)
      throws IOException, InterruptedException {
    if (arguments.contains("--help")) {
      out.print(Options.USAGE);
      return 0;
    }
    var recorded = new Recorded();
    Options options;
    try {
      options = Options.parse(arguments, recorded);
    } catch (IllegalArgumentException e) {
      out.println(e.getMessage());
      out.print(Options.USAGE);
      return WRONG_USAGE;
    }
    Predicate<Check> wanted =
        check ->
            options.only().isEmpty() || options.only().stream().anyMatch(check.id()::startsWith);
    if (options.list()) {
      Suite.all().stream().filter(wanted).forEach(check -> out.println(line("·", check)));
      return 0;
    }
    List<Finding> findings =
        new ArrayList<>(Suite.run(options.target(), wanted, finding -> print(finding, out)));
    if (options.only().isEmpty()) {
      Finding whole = answers(recorded);
      print(whole, out);
      findings.add(whole);
    }
    long failed = count(findings, Finding.Outcome.FAILED);
    out.printf(
        "%n%d passed, %d failed, %d skipped: %s%n",
        count(findings, Finding.Outcome.PASSED),
        failed,
        count(findings, Finding.Outcome.SKIPPED),
        options.target().base());
    skipped(findings).forEach((why, ids) -> out.println("skipped: " + why + " – " + ids));
    if (options.json().isPresent()) {
      write(findings, options.target(), options.json().get());
    }
    return failed == 0 ? 0 : FAILED;
  }

  /** Holds what all checks have seen against the document. */
  static Finding answers(Recorded recorded) {
    var check =
        new Check(
            "openapi.answers",
            "all of it",
            "Every answer to every check is one that openapi.json describes",
            probe -> {});
    List<String> faults = recorded.faults();
    return new Finding(
        check,
        faults.isEmpty() ? Finding.Outcome.PASSED : Finding.Outcome.FAILED,
        faults.isEmpty() ? "" : faults.size() + " of " + recorded.count() + " answers are not",
        String.join("\n", faults.subList(0, Math.min(5, faults.size()))),
        0);
  }

  private static long count(List<Finding> findings, Finding.Outcome outcome) {
    return findings.stream().filter(finding -> finding.outcome() == outcome).count();
  }

  /** What was not found out, by the reason why. */
  private static Map<String, String> skipped(List<Finding> findings) {
    return findings.stream()
        .filter(finding -> finding.outcome() == Finding.Outcome.SKIPPED)
        .collect(
            Collectors.groupingBy(
                Finding::why,
                TreeMap::new,
                Collectors.mapping(f -> f.check().id(), Collectors.joining(", "))));
  }

  private static void print(Finding finding, PrintStream out) {
    String mark =
        switch (finding.outcome()) {
          case PASSED -> "✓";
          case FAILED -> "✗";
          case SKIPPED -> "–";
        };
    out.println(line(mark, finding.check()));
    if (!finding.why().isEmpty()) {
      out.println("    " + finding.why());
    }
    if (!finding.evidence().isEmpty()) {
      out.println("    docs/api.md, " + finding.check().clause());
      finding.evidence().lines().forEach(line -> out.println("    | " + line));
    }
  }

  private static String line(String mark, Check check) {
    return "%s %-19s %s".formatted(mark, check.id(), check.sentence());
  }

  private static void write(List<Finding> findings, Target target, Path file) throws IOException {
    JsonMapper mapper = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    ObjectNode document = mapper.createObjectNode().put("server", target.base().toString());
    for (Finding.Outcome outcome : Finding.Outcome.values()) {
      document.put(outcome.word(), count(findings, outcome));
    }
    var checks = document.putArray("checks");
    for (Finding finding : findings) {
      ObjectNode one =
          checks
              .addObject()
              .put("id", finding.check().id())
              .put("clause", finding.check().clause())
              .put("sentence", finding.check().sentence())
              .put("outcome", finding.outcome().word())
              .put("millis", finding.millis());
      if (!finding.why().isEmpty()) {
        one.put("why", finding.why());
      }
      if (!finding.evidence().isEmpty()) {
        one.put("evidence", finding.evidence());
      }
    }
    Files.write(file, mapper.writeValueAsBytes(document));
  }
}
