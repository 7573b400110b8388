package dev.headway.store;

import dev.headway.status.Stage;
import dev.headway.status.Status;
import java.time.Duration;

/**
 * How long after a write the next sign of life is due, by what comes next. Each is longer than the
 * worst that may happen without anything being lost: the work crashes at the end of its time, the
 * queue keeps its message hidden until the visibility time-out, and the next attempt takes its full
 * time too. A shorter promise would call a slow upload dead.
 *
 * @param uploading until the file has arrived
 * @param fileProcessing until the file has been split
 * @param batchProcessing until the next batch has its outcome
 */
public record Promises(Duration uploading, Duration fileProcessing, Duration batchProcessing) {
  /**
   * Uploading: the address for the file is good for 15 minutes, and a transfer that begins in the
   * last of them may go on for as long again. File processing: a splitter that may run for 5
   * minutes, hidden for 6 after a crash, run again. Batch processing: a call of the model that may
   * take one minute, hidden for 6 after a crash, run again, and some room for the queue.
   */
  public static final Promises DEFAULT =
      new Promises(Duration.ofMinutes(30), Duration.ofMinutes(20), Duration.ofMinutes(10));

  public Promises {
    requirePositive("uploading", uploading);
    requirePositive("fileProcessing", fileProcessing);
    requirePositive("batchProcessing", batchProcessing);
  }

  private static void requirePositive(String name, Duration promise) {
    if (!promise.isPositive()) {
      throw new IllegalArgumentException("the promise for " + name + " must be positive");
    }
  }

  /** The promise of a write that leaves an upload at this status and stage, the work going on. */
  Duration after(Status status, Stage stage) {
    return switch (stage) {
      case FILE_UPLOAD -> status == Status.UPLOADING ? uploading : fileProcessing;
      case FILE_PROCESSING -> fileProcessing;
      case BATCH_PROCESSING, COMPLETED -> batchProcessing;
    };
  }
}
