package dev.headway.api;

import dev.headway.status.ProcessingStatus;
import dev.headway.status.WriteOutcome;
import java.util.SequencedMap;

/**
 * What a cancellation answers.
 *
 * @param httpStatus 200
 * @param body the record, now cancelled
 */
public record CancelAnswer(
    int httpStatus, SequencedMap<String, String> headers, ProcessingStatus body) {
  /**
   * The answer to an owner, after the write.
   *
   * @throws ProblemException {@code CANNOT_CANCEL} where the upload had ended otherwise, {@code
   *     UPLOAD_NOT_FOUND} where its life ended meanwhile
   */
  public static CancelAnswer of(WriteOutcome outcome) {
    return switch (outcome) {
      case WriteOutcome.Applied(ProcessingStatus record) -> cancelled(record);
      case WriteOutcome.Unchanged(ProcessingStatus record) -> unchanged(record);
      case WriteOutcome.Absent() -> throw Visibility.notFound();
    };
  }

  private static CancelAnswer unchanged(ProcessingStatus record) {
    return switch (record.status()) {
      case CANCELLED -> cancelled(record);
      case COMPLETED ->
          throw new ProblemException(
              ProblemCode.CANNOT_CANCEL, "The upload was completed before it could be cancelled.");
      case ERROR ->
          throw new ProblemException(
              ProblemCode.CANNOT_CANCEL,
              "The upload ended with an error before it could be cancelled.");
      case UPLOADING, UPLOADED, PROCESSING ->
          throw new IllegalStateException(
              "a cancellation left the upload as " + record.status().wire());
    };
  }

  private static CancelAnswer cancelled(ProcessingStatus record) {
    SequencedMap<String, String> headers = PollAnswer.headers(record);
    headers.put("Content-Type", Representation.JSON.contentType());
    return new CancelAnswer(200, headers, record);
  }
}
