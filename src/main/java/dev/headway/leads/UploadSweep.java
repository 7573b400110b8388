package dev.headway.leads;

import dev.headway.status.ProcessingStatus;
import dev.headway.status.Status;
import dev.headway.status.StatusWriter;
import dev.headway.status.UploadId;
import dev.headway.status.WriteOutcome.Applied;
import dev.headway.store.AwaitedFiles;
import dev.headway.store.UndecodableRecordException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the uploads whose file never arrived: nothing else would ever, since no worker hears of
 * them. A file that arrives at the same moment wins, because each end asks for the very version
 * that was overdue.
 *
 * <p>Blocking; may be repeated, by several at once.
 */
public final class UploadSweep {
  private static final Logger log = LoggerFactory.getLogger(UploadSweep.class);

  /**
   * How long after its deadline an upload is given up. A file that arrived at the last moment may
   * still be on its way through the queue: its splitter may run for 5 minutes, crash, and have its
   * message hidden for 6 before the next attempt. It also covers clocks that differ.
   */
  public static final Duration GRACE = Duration.ofMinutes(12);

  private final AwaitedFiles awaited;
  private final StatusWriter statuses;
  private final InstantSource clock;
  private final Duration grace;

  /**
   * @param clock wall time: the deadlines are older than this process
   */
  public UploadSweep(AwaitedFiles awaited, StatusWriter statuses, InstantSource clock) {
    this(awaited, statuses, clock, GRACE);
  }

  UploadSweep(AwaitedFiles awaited, StatusWriter statuses, InstantSource clock, Duration grace) {
    this.awaited = awaited;
    this.statuses = statuses;
    this.clock = clock;
    this.grace = grace;
  }

  /**
   * Looks once.
   *
   * @return how many uploads it ended
   * @throws RuntimeException if the table cannot be reached; the next sweep goes on
   */
  public int run() {
    Instant due = clock.instant().minus(grace);
    int ended = (int) awaited.dueBefore(due).filter(id -> endIfOverdue(id, due)).count();
    if (ended > 0) {
      log.info("{} uploads ended without their file", ended);
    }
    return ended;
  }

  private boolean endIfOverdue(UploadId id, Instant due) {
    try {
      Optional<ProcessingStatus> overdue =
          statuses.getStatus(id).filter(record -> isOverdue(record, due));
      return overdue
          .filter(record -> statuses.abandon(id, record.version()) instanceof Applied)
          .isPresent();
    } catch (UndecodableRecordException e) {
      log.warn("an upload that waits for its file is passed over: {}", e.getMessage());
      return false;
    }
  }

  private static boolean isOverdue(ProcessingStatus record, Instant due) {
    return record.status() == Status.UPLOADING
        && record.deadline().filter(deadline -> deadline.isBefore(due)).isPresent();
  }
}
