package dev.headway.infra;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awscdk.App;
import software.amazon.awscdk.AppProps;

/**
 * {@code ./headway deploy --plan}: what would be made and what it would cost. Asks nobody: no
 * account, no credentials.
 */
public final class Plan {
  private static final int WRONG_USAGE = 2;

  private Plan() {}

  public static void main(String[] args) throws IOException {
    var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    if (args.length != 2 || !List.of("dev", "prod").contains(args[1])) {
      System.err.println("usage: Plan FOLDER-OF-THE-PROJECT dev|prod");
      System.exit(WRONG_USAGE);
    }
    Path project = Path.of(args[0]).toAbsolutePath().normalize();
    String environment = args[1];
    Path output = Files.createTempDirectory("headway-plan");
    Synthesis synthesis;
    try {
      synthesis = Synthesis.of(project, environment, output);
    } finally {
      delete(output);
    }
    out.printf("headway-%s would be:%n%n", environment);
    types(synthesis).forEach((type, count) -> out.printf("%4d  %s%n", count, type));
    synthesis.findings().forEach(finding -> out.println("cdk-nag: " + finding));
    out.printf("%nA month in dollars (%s):%n%n", Prices.STATED);
    out.print(Costs.report(settings(project, environment)));
    out.println();
    out.println("Without the model's bill, storage, sign-in and taxes. Nothing was deployed.");
    if (!synthesis.findings().isEmpty()) {
      System.exit(1);
    }
  }

  static Settings settings(Path project, String environment) {
    Map<String, Object> context = Synthesis.contextOf(project);
    context.put("environment", environment);
    return Settings.of(new App(AppProps.builder().context(context).build()).getNode());
  }

  private static Map<String, Long> types(Synthesis synthesis) {
    Map<String, Long> types = new TreeMap<>();
    synthesis.all().forEach(r -> types.merge(r.path("Type").asText(), 1L, Long::sum));
    return types;
  }

  /** With everything in it; nothing happens where there is none. */
  static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (var files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
