package dev.headway.status;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Consistent reads of status records that block no caller. A stage fails when the table cannot be
 * read; it completes on a thread of the store, so a caller that belongs to an event loop goes back
 * to it.
 */
public interface StatusReader {
  /** The record, or empty where there is none or its life is over. */
  CompletionStage<Optional<ProcessingStatus>> read(UploadId id);

  /** The records that exist and have not expired; ids without one are absent from the map. */
  CompletionStage<Map<UploadId, ProcessingStatus>> readAll(Collection<UploadId> ids);
}
