package dev.headway.fuzz;

import dev.headway.bus.FrameFuzz;
import dev.headway.http.RequestFuzz;
import dev.headway.leads.CsvFuzz;
import dev.headway.leads.XlsxFuzz;
import dev.headway.store.RecordFuzz;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongPredicate;

/** The entry point of {@code ./headway fuzz}. */
public final class Fuzz {
  private static final String USAGE =
      """
      usage: headway fuzz [--minutes N] [--target NAME] [--seed S [--once]]

      Feeds every reader of what comes from outside with broken input: request, frame, record,
      csv, xlsx. Ends with status 1 at the first that is not refused as it should be, and prints
      its seed and the smallest input that still fails. --once repeats one seed of one target.
      """;

  /** How a target is made; some start a server. */
  @FunctionalInterface
  interface Maker {
    FuzzTarget<?> make() throws Exception;
  }

  static final Map<String, Maker> TARGETS = new LinkedHashMap<>();

  static {
    TARGETS.put("request", RequestFuzz::start);
    TARGETS.put("frame", FrameFuzz::new);
    TARGETS.put("record", RecordFuzz::new);
    TARGETS.put("csv", CsvFuzz::new);
    TARGETS.put("xlsx", XlsxFuzz::new);
  }

  private Fuzz() {}

  static FuzzTarget<?> target(String name) throws Exception {
    return Objects.requireNonNull(TARGETS.get(name), name).make();
  }

  public static void main(String[] args) throws Exception {
    System.exit(run(List.of(args), System.out));
  }

  static int run(List<String> args, PrintStream out) throws Exception {
    long minutes = 1;
    long seed = System.currentTimeMillis();
    boolean once = false;
    var names = new ArrayList<>(TARGETS.keySet());
    for (int i = 0; i < args.size(); i++) {
      String value = i + 1 < args.size() ? args.get(i + 1) : "";
      switch (args.get(i)) {
        case "--help", "-h" -> {
          out.print(USAGE);
          return 0;
        }
        case "--once" -> once = true;
        case "--target" -> {
          names.retainAll(List.of(value));
          i++;
        }
        case "--minutes", "--seed" -> {
          if (!value.matches("[0-9]{1,18}")) {
            out.print(USAGE);
            return 2;
          }
          minutes = args.get(i).equals("--minutes") ? Long.parseLong(value) : minutes;
          seed = args.get(i).equals("--seed") ? Long.parseLong(value) : seed;
          i++;
        }
        default -> names.clear();
      }
    }
    if (names.isEmpty() || (once && names.size() != 1)) {
      out.print(USAGE);
      return 2;
    }
    long seconds = minutes * 60 / names.size();
    for (String name : names) {
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(Math.max(1, seconds));
      boolean single = once;
      LongPredicate goesOn = tried -> single ? tried == 0 : System.nanoTime() - deadline < 0;
      if (found(name, seed, goesOn, out)) {
        return 1;
      }
    }
    return 0;
  }

  private static boolean found(String name, long seed, LongPredicate goesOn, PrintStream out)
      throws Exception {
    var tried = new AtomicLong();
    try (FuzzTarget<?> target = target(name)) {
      Optional<Fuzzing.Find> find =
          new Fuzzing<>(target)
              .run(seed, Runtime.getRuntime().availableProcessors(), goesOn, tried);
      if (find.isPresent()) {
        out.println(describe(find.get()));
        return true;
      }
    }
    out.printf("%-8s %,9d inputs from seed %d: nothing found%n", name, tried.get(), seed);
    return false;
  }

  static String describe(Fuzzing.Find find) {
    return """
    %s: %s
      again with: ./headway fuzz --target %s --seed %d --once
      input: %s\
    """
        .formatted(find.target(), find.failure(), find.target(), find.seed(), find.input());
  }
}
