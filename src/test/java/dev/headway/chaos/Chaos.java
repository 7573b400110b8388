package dev.headway.chaos;

import dev.headway.InstalledPrograms;
import dev.headway.bench.Options;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The entry point of {@code ./headway chaos}: breaks a cluster of real processes in one way after
 * the other, and holds the service to its promises. Exit status 1 when one was broken.
 */
public final class Chaos {
  static final Path FOLDER = Path.of("target", "chaos");

  /** Their kind is among the others; in a few minutes there is no room for them. */
  private static final Set<Fault> LEFT_OUT_WHEN_QUICK =
      EnumSet.of(Fault.OTHER_NODE_KILLED, Fault.REDIS_PAUSED, Fault.CLOCK_OFF);

  private static final int REMARKS_SHOWN = 12;

  private final Settings settings;
  private final List<Fault> faults;
  private final Optional<Planted> planted;

  Chaos(Settings settings, List<Fault> faults, Optional<Planted> planted) {
    this.settings = settings;
    this.faults = List.copyOf(faults);
    this.planted = planted;
  }

  public static void main(String[] args) throws Exception {
    if (Arrays.asList(args).contains("--help")) {
      usage();
      System.exit(0);
    }
    boolean quick = Arrays.asList(args).contains("--quick");
    var defaults = quick ? Settings.shortRun() : Settings.full();
    Settings settings;
    List<Fault> faults;
    Optional<Planted> planted;
    try {
      settings =
          new Settings(
              Options.number(args, "--nodes", defaults.nodes()),
              Options.number(args, "--uploads", defaults.uploads()),
              Options.number(args, "--streams", defaults.streams()),
              Options.number(args, "--pollers", defaults.pollers()),
              Options.number(args, "--writes-per-second", defaults.writesPerSecond()),
              quick);
      faults = chosen(args, quick);
      planted = Optional.ofNullable(value(args, "--planted")).map(Planted::named);
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      usage();
      System.exit(2);
      return;
    }
    var missing = missing(faults);
    if (!missing.isEmpty()) {
      System.err.println("chaos needs " + String.join(" and ", missing) + ", which is not here.");
      System.exit(2);
    }
    var outcomes = new Chaos(settings, faults, planted).run();
    var broken = outcomes.stream().flatMap(outcome -> outcome.broken().stream()).toList();
    broken.forEach(sentence -> System.out.println("BROKEN: " + sentence));
    boolean all = outcomes.size() == faults.size();
    System.out.println(broken.isEmpty() && all ? "Every promise was kept." : "");
    System.exit(broken.isEmpty() && all ? 0 : 1);
  }

  private static void usage() {
    System.err.println(
        """
        usage: headway chaos [--quick] [--fault NAME …] [--nodes 3] [--uploads 1000] [--streams 3000]
                             [--pollers 20] [--writes-per-second 50] [--planted NAME]
        faults: %s
        planted: %s\
        """
            .formatted(
                String.join(" ", Fault.all().stream().map(Fault::option).toList()),
                String.join(" ", Arrays.stream(Planted.values()).map(Planted::option).toList())));
  }

  private static @Nullable String value(String[] args, String name) {
    int at = Arrays.asList(args).indexOf(name);
    return at >= 0 && at + 1 < args.length ? args[at + 1] : null;
  }

  private static List<Fault> chosen(String[] args, boolean quick) {
    var chosen = new ArrayList<Fault>();
    for (int i = 0; i + 1 < args.length; i++) {
      if (args[i].equals("--fault")) {
        String name = args[i + 1];
        chosen.add(
            Fault.all().stream()
                .filter(fault -> fault.option().equals(name))
                .findFirst()
                .orElseThrow(
                    () -> new IllegalArgumentException("There is no fault " + name + ".")));
      }
    }
    return chosen.isEmpty()
        ? Fault.all().stream()
            .filter(fault -> !quick || !LEFT_OUT_WHEN_QUICK.contains(fault))
            .toList()
        : chosen;
  }

  /** What these faults need of the machine and it does not have. */
  static List<String> missing(List<Fault> faults) {
    var missing = new ArrayList<>(InstalledPrograms.missing("redis-server"));
    if (faults.contains(Fault.CLOCK_OFF) && Fault.libfaketime().isEmpty()) {
      missing.add("faketime");
    }
    return missing;
  }

  /** Runs one row after the other and prints each; a cluster that was not well is replaced. */
  List<Outcome> run() throws Exception {
    var outcomes = new ArrayList<Outcome>();
    System.out.printf(
        "%d nodes, %d uploads, %d streams, %d pollers, %d writes/s%n%n%s%n",
        settings.nodes(),
        settings.uploads(),
        settings.streams(),
        settings.pollers(),
        settings.writesPerSecond(),
        Outcome.HEADER);
    Cluster cluster = null;
    int lives = 0;
    try {
      for (Fault fault : faults) {
        try {
          if (cluster == null) {
            cluster = Cluster.start(settings, FOLDER.resolve("cluster-" + ++lives), planted);
          }
          var outcome = new Trial(cluster, fault).run();
          outcomes.add(outcome);
          System.out.println(outcome.row());
          outcome.remarks().stream().limit(REMARKS_SHOWN).forEach(System.err::println);
          if (outcome.course().wellAfter().isEmpty()) {
            cluster.close();
            cluster = null;
          }
        } catch (NotInTimeException | IllegalStateException | IOException | TimeoutException e) {
          System.out.println("| " + fault.title() + " | could not be measured: " + e.getMessage());
          if (cluster != null) {
            cluster.close();
            cluster = null;
          }
        }
      }
    } finally {
      if (cluster != null) {
        cluster.close();
      }
    }
    return outcomes;
  }
}
