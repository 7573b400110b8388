package dev.headway.store;

import dev.headway.status.FileAcceptance;
import dev.headway.status.ProcessingStatus;
import java.util.Optional;
import java.util.Set;

/**
 * A record with what only its writers look at: its file, and the batches behind its counts.
 *
 * @param objectETag which object was accepted as the file; empty before
 * @param allSent whether all its batches were handed to their queue
 * @param done numbers of the batches counted as completed; empty once the upload is over
 * @param failed numbers of the batches counted as failed; empty once the upload is over
 */
record StoredStatus(
    ProcessingStatus record,
    Optional<String> objectETag,
    boolean allSent,
    Set<Integer> done,
    Set<Integer> failed) {
  StoredStatus {
    done = Set.copyOf(done);
    failed = Set.copyOf(failed);
  }

  /** Whether this object is the file, of an upload that has one or is over. */
  FileAcceptance acceptanceOf(String eTag) {
    if (record.isTerminal() || objectETag.filter(eTag::equals).isEmpty()) {
      return new FileAcceptance.Declined(record);
    }
    return allSent ? new FileAcceptance.Sent(record) : new FileAcceptance.Accepted(record);
  }

  /** Whether the upload is known to have no batch of this number. */
  boolean isBeyondTheLast(int batchNumber) {
    return record.progress().isSplit() && batchNumber > record.progress().totalBatches();
  }
}
