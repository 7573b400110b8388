package dev.headway.bench;

import dev.headway.status.FileMetadata;
import dev.headway.status.OwnerId;
import dev.headway.status.Pace;
import dev.headway.status.ProcessingStatus;
import dev.headway.status.Progress;
import dev.headway.status.Stage;
import dev.headway.status.Status;
import dev.headway.status.UploadId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * An upload's completions, from which each version of its record follows.
 *
 * @param completions in the order of time
 */
record RecordedRun(int batches, List<Completion> completions) {
  static final Instant START = Instant.parse("2025-01-09T10:00:00Z");

  /**
   * @param seconds after the split
   * @param batch its number or, which is all that a record keeps, the number's remainder
   */
  record Completion(double seconds, int batch) {
    Instant at() {
      return START.plusMillis(Math.round(1000 * seconds));
    }
  }

  /** Reads lines of seconds and batch; what follows a number sign is a remark. */
  static RecordedRun read(Path file) throws IOException {
    var completions = new ArrayList<Completion>();
    for (String line : Files.readAllLines(file)) {
      if (!line.isBlank() && !line.startsWith("#")) {
        String[] cells = line.split(" ", 2);
        completions.add(new Completion(Double.parseDouble(cells[0]), Integer.parseInt(cells[1])));
      }
    }
    return new RecordedRun(completions.size(), completions);
  }

  double seconds() {
    return completions.getLast().seconds();
  }

  /** The record after each completion. */
  List<ProcessingStatus> versions() {
    var slots = new TreeMap<Integer, Instant>();
    var versions = new ArrayList<ProcessingStatus>();
    for (int done = 1; done <= completions.size(); done++) {
      var newest = completions.get(done - 1);
      slots.put(newest.batch() % Pace.SLOTS, newest.at());
      versions.add(version(done, newest.at(), List.copyOf(slots.values())));
    }
    return versions;
  }

  private ProcessingStatus version(int done, Instant at, List<Instant> recent) {
    return new ProcessingStatus(
        new UploadId("550e8400-e29b-41d4-a716-446655440000"),
        new OwnerId("bench"),
        done + 2,
        Status.PROCESSING,
        Stage.BATCH_PROCESSING,
        new Progress(batches, done, 0, batches * 10, done * 10, done * 10, 0),
        new FileMetadata("bench.csv", 1_000),
        false,
        Optional.empty(),
        START,
        at,
        at.plus(Duration.ofHours(24)),
        Optional.of(at.plus(Duration.ofMinutes(10))),
        new Pace(Optional.of(START), recent));
  }
}
