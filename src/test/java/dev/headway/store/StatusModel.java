package dev.headway.store;

import dev.headway.status.BatchResult;
import dev.headway.status.ProcessingStatus;
import dev.headway.status.Progress;
import dev.headway.status.Stage;
import dev.headway.status.Status;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the contract says about one upload, for one worker at a time and as simply as it can be
 * said: counts are computed from the batches whenever they are asked for.
 */
final class StatusModel {
  /**
   * @param outcome the simple name of the outcome
   * @param writes how often the record was written
   */
  record Effect(String outcome, int writes) {}

  /** What model and table are compared by. */
  record View(
      long version, Status status, Stage stage, Progress progress, boolean stalled, boolean error) {
    static View of(ProcessingStatus record) {
      return new View(
          record.version(),
          record.status(),
          record.stage(),
          record.progress(),
          record.stalled(),
          record.error().isPresent());
    }
  }

  private static final Effect ABSENT = new Effect("Absent", 0);

  private long version;
  private Status status = Status.UPLOADING;
  private Stage stage = Stage.FILE_UPLOAD;
  private int totalBatches;
  private int totalLeads;
  private boolean stalled;
  private @Nullable String file;
  private boolean allSent;
  private final Map<Integer, BatchResult> done = new HashMap<>();
  private final Set<Integer> failed = new HashSet<>();

  /** 0 before the creation. */
  long version() {
    return version;
  }

  Optional<View> view() {
    return version == 0
        ? Optional.empty()
        : Optional.of(
            new View(version, status, stage, progress(), stalled, status == Status.ERROR));
  }

  private Progress progress() {
    var results = done.values();
    return new Progress(
        totalBatches,
        done.size(),
        failed.size(),
        totalLeads,
        results.stream().mapToInt(BatchResult::processed).sum(),
        results.stream().mapToInt(BatchResult::created).sum(),
        results.stream().mapToInt(BatchResult::updated).sum());
  }

  Effect create() {
    if (version > 0) {
      return new Effect("Unchanged", 0);
    }
    version = 1;
    return new Effect("Applied", 1);
  }

  Effect update(Status to, Stage at) {
    boolean forward = to.compareTo(status) >= 0 && at.compareTo(stage) >= 0;
    return attempt(
        forward && (to != status || at != stage),
        () -> {
          status = to;
          stage = at;
        });
  }

  Effect accept(String eTag) {
    if (version == 0) {
      return ABSENT;
    }
    if (status.isTerminal() || (file != null && !file.equals(eTag))) {
      return new Effect("Declined", 0);
    }
    if (file != null) {
      return new Effect(allSent ? "Sent" : "Accepted", 0);
    }
    file = eTag;
    status = status == Status.UPLOADING ? Status.UPLOADED : status;
    stage = stage == Stage.FILE_UPLOAD ? Stage.FILE_PROCESSING : stage;
    stalled = false;
    version++;
    return new Effect("Accepted", 1);
  }

  Effect confirmSent(String eTag) {
    return attempt(
        eTag.equals(file) && !allSent,
        () -> {
          allSent = true;
          inBatches();
        });
  }

  Effect abandon(long seen) {
    return attempt(seen == version && status == Status.UPLOADING, () -> status = Status.ERROR);
  }

  Effect split(int batches, int leads) {
    return thenFinish(
        attempt(
            totalBatches == 0,
            () -> {
              totalBatches = batches;
              totalLeads = leads;
              inBatches();
            }));
  }

  Effect complete(int batch, BatchResult result) {
    return thenFinish(
        attempt(
            isKnown(batch) && !done.containsKey(batch),
            () -> {
              failed.remove(batch);
              done.put(batch, result);
              inBatches();
            }));
  }

  Effect fail(int batch) {
    return thenFinish(
        attempt(
            isKnown(batch) && !done.containsKey(batch) && !failed.contains(batch),
            () -> {
              failed.add(batch);
              inBatches();
            }));
  }

  Effect finishOnly() {
    return thenFinish(attempt(false, () -> {}));
  }

  Effect end(Status end) {
    return attempt(true, () -> status = end);
  }

  Effect stall(long seen) {
    boolean may = seen == version && !stalled;
    Effect effect = attempt(may, () -> {});
    if (effect.writes() > 0) {
      stalled = true;
    }
    return effect;
  }

  private boolean isKnown(int batch) {
    return totalBatches == 0 || batch <= totalBatches;
  }

  private void inBatches() {
    status = Status.PROCESSING;
    stage = Stage.BATCH_PROCESSING;
  }

  private Effect thenFinish(Effect effect) {
    boolean ready = totalBatches > 0 && done.size() + failed.size() == totalBatches;
    if (version == 0 || status.isTerminal() || !ready) {
      return effect;
    }
    version++;
    stalled = false;
    status = failed.isEmpty() ? Status.COMPLETED : Status.ERROR;
    if (failed.isEmpty()) {
      stage = Stage.COMPLETED;
    }
    return new Effect("Applied", effect.writes() + 1);
  }

  private Effect attempt(boolean allowed, Runnable change) {
    if (version == 0) {
      return ABSENT;
    }
    if (status.isTerminal() || !allowed) {
      return new Effect("Unchanged", 0);
    }
    change.run();
    version++;
    stalled = false;
    return new Effect("Applied", 1);
  }
}
