package dev.headway.status;

import java.util.Optional;

/**
 * Every way in which a status record may change. Each is one conditional write, or several that may
 * each be repeated: safe under at-least-once delivery, any number of concurrent workers, any order
 * of arrival, and a crash between any two writes.
 *
 * <p>All methods block and belong on a virtual thread or in a Lambda. They throw the store's own
 * unchecked exception when the table cannot be reached; the caller may repeat the call.
 */
public interface StatusWriter {
  /**
   * Creates the record as {@code uploading}. {@code Unchanged} where the id is taken already.
   *
   * @param fileSize in bytes, as the uploader declares it
   */
  WriteOutcome createStatus(UploadId id, OwnerId owner, String fileName, long fileSize);

  /**
   * Moves forward along the state machine; a repeat or a step back changes nothing.
   *
   * @throws IllegalArgumentException for a terminal status, which this operation never sets
   */
  WriteOutcome updateStatus(UploadId id, Status status, Stage stage);

  /**
   * Makes an object the file of the upload, unless another one is already: the first accepted is
   * the upload, whatever is put in its place later. Moves the upload to {@code uploaded} and {@code
   * file_processing} at least; a repeat changes nothing.
   *
   * @param eTag which object it is, as object storage names it
   */
  FileAcceptance acceptFile(UploadId id, String eTag);

  /**
   * Ends the upload as {@code UPLOAD_INCOMPLETE}, if the record still has this version and still
   * waits for its file: a file that arrives meanwhile wins.
   */
  WriteOutcome abandon(UploadId id, long version);

  /**
   * Sets the totals, once; ends the upload if all its batches were counted before.
   *
   * @param totalBatches at least 1
   */
  WriteOutcome splitInto(UploadId id, int totalBatches, int totalLeads);

  /**
   * Keeps that every batch of the upload's file was handed to its queue: from then on the object is
   * not needed any more.
   *
   * @param eTag which object was split; if it is not the upload's file, nothing changes
   */
  WriteOutcome confirmSent(UploadId id, String eTag);

  /**
   * Counts a batch as done, once however often it is delivered, also one that had failed finally;
   * ends the upload with the last one.
   *
   * @param batchNumber from 1 to the total of batches
   */
  WriteOutcome completeBatch(UploadId id, int batchNumber, BatchResult result);

  /** Counts the final failure of a batch, once, never after it was done; may end the upload. */
  WriteOutcome failBatch(UploadId id, int batchNumber);

  /** Ends the upload if every batch has its outcome and it has not ended. */
  WriteOutcome completeProcessing(UploadId id);

  /** Ends the upload as {@code error} unless it is over. */
  WriteOutcome setError(UploadId id, Failure failure);

  /** Ends the upload as {@code cancelled} unless it is over. */
  WriteOutcome cancel(UploadId id);

  /**
   * Says that the promised sign of life did not come, if the record still has this version, has a
   * deadline and does not say so already. Moves nothing but {@code stalled} and the version.
   */
  WriteOutcome markStalled(UploadId id, long version);

  /** A consistent read; empty where there is no record or its life is over. */
  Optional<ProcessingStatus> getStatus(UploadId id);
}
