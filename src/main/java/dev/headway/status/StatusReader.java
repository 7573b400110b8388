package dev.headway.status;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Reads of status records, consistent where nothing else is said, that block no caller. A stage
 * fails when the table cannot be read; it completes on a thread of the store, so a caller that
 * belongs to an event loop goes back to it.
 */
public interface StatusReader {
  /** The record, or empty where there is none or its life is over. */
  CompletionStage<Optional<ProcessingStatus>> read(UploadId id);

  /** The records that exist and have not expired; ids without one are absent from the map. */
  CompletionStage<Map<UploadId, ProcessingStatus>> readAll(Collection<UploadId> ids);

  /**
   * Which uploads an owner has, newest first. Unlike the others this is not consistent: the list is
   * a little late, and names what has expired until that is deleted.
   *
   * @param limit at most so many; fewer are all that there are
   * @param after only what comes after this one, which need not exist
   */
  CompletionStage<List<OwnedUpload>> newestOf(
      OwnerId owner, int limit, Optional<OwnedUpload> after);
}
