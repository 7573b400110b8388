package dev.headway.bench;

import dev.headway.status.ProcessingStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * How good the estimate of completion is, beside the naive one (time so far, by batches done, times
 * batches left), on simulated runs and on recorded ones. Deterministic.
 */
final class EstimateBench {
  private static final Path RECORDED = Path.of("src/test/resources/estimate");
  private static final List<Integer> SIZES = List.of(10, 50, 200, 1_000, 2_000);
  private static final List<Integer> WORKERS = List.of(1, 10, 32);
  private static final int[] PERCENT = {25, 50, 75};

  /** Before it the estimate says nothing, so nothing is asked of the naive one either. */
  private static final int FIRST_ASKED = 3;

  private EstimateBench() {}

  static void main(String[] args) throws IOException {
    int seeds = Options.number(args, "--seeds", 20);
    System.out.println(Score.HEADER);
    for (var shape : SimulatedRun.Shape.values()) {
      var runs = new ArrayList<RecordedRun>();
      for (int size : SIZES) {
        for (int workers : WORKERS) {
          for (int seed = 1; seed <= seeds; seed++) {
            runs.add(SimulatedRun.of(shape, size, workers, seed));
          }
        }
      }
      print(shape.toString(), runs);
    }
    if (Files.isDirectory(RECORDED)) {
      List<Path> files;
      try (var found = Files.list(RECORDED)) {
        files = found.sorted().toList();
      }
      for (var file : files) {
        print(file.getFileName().toString(), List.of(RecordedRun.read(file)));
      }
    }
  }

  private static void print(String name, List<RecordedRun> runs) {
    System.out.println(Score.of(runs, ProcessingStatus::estimatedCompletion).row(name, "estimate"));
    System.out.println(Score.of(runs, EstimateBench::naive).row("", "naive"));
  }

  private static Optional<Instant> naive(ProcessingStatus record) {
    var pace = record.pace();
    int done = record.progress().countedBatches();
    int left = record.progress().totalBatches() - done;
    if (done < FIRST_ASKED || left == 0) {
      return Optional.empty();
    }
    Instant newest = pace.recent().getLast();
    var elapsed = Duration.between(pace.startedAt().orElseThrow(), newest);
    return Optional.of(newest.plusMillis(elapsed.toMillis() * left / done));
  }

  private interface Estimator {
    Optional<Instant> completionOf(ProcessingStatus record);
  }

  /** Errors of one estimator on the runs of one shape, as shares. */
  private record Score(List<List<Double>> errors, List<Double> largestJumps) {
    static final String HEADER =
        """
        | run | | 25 %: median | p90 | 50 %: median | p90 | 75 %: median | p90 | largest jump: median | p90 |
        |---|---|---|---|---|---|---|---|---|---|\
        """;

    static Score of(List<RecordedRun> runs, Estimator estimator) {
      var score =
          new Score(
              List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>()), new ArrayList<>());
      runs.forEach(run -> score.add(run, estimator));
      return score;
    }

    private void add(RecordedRun run, Estimator estimator) {
      var versions = run.versions();
      for (int i = 0; i < PERCENT.length; i++) {
        var version = versions.get(Math.ceilDiv(run.batches() * PERCENT[i], 100) - 1);
        var errorsHere = errors.get(i);
        estimator.completionOf(version).ifPresent(end -> errorsHere.add(error(run, version, end)));
      }
      var ends = versions.stream().flatMap(v -> estimator.completionOf(v).stream()).toList();
      double largest = 0;
      for (int i = 1; i < ends.size(); i++) {
        largest = Math.max(largest, Math.abs(seconds(ends.get(i - 1), ends.get(i))));
      }
      largestJumps.add(largest / run.seconds());
    }

    private static double error(RecordedRun run, ProcessingStatus version, Instant end) {
      Instant actual = run.completions().getLast().at();
      double left = seconds(version.pace().recent().getLast(), actual);
      return Math.abs(seconds(actual, end)) / Math.max(0.001, left);
    }

    private static double seconds(Instant from, Instant to) {
      return Duration.between(from, to).toMillis() / 1000.0;
    }

    String row(String name, String estimator) {
      var row = new StringBuilder("| " + name + " | " + estimator + " |");
      for (var some : errors) {
        row.append(cells(some));
      }
      return row.append(cells(largestJumps)).toString();
    }

    private static String cells(List<Double> shares) {
      return " %s | %s |".formatted(percentile(shares, 50), percentile(shares, 90));
    }

    private static String percentile(List<Double> shares, int percent) {
      if (shares.isEmpty()) {
        return "–";
      }
      double[] sorted = shares.stream().mapToDouble(Double::doubleValue).toArray();
      Arrays.sort(sorted);
      int rank = (int) Math.ceil(percent / 100.0 * sorted.length);
      return "%.0f %%".formatted(100 * sorted[Math.max(0, rank - 1)]);
    }
  }
}
