package dev.headway.status;

import java.util.Optional;

/** Whether an object is the file of an upload. */
public sealed interface FileAcceptance {
  /** It is, by this call or by one before, and there is work to do: the upload is not over. */
  record Accepted(ProcessingStatus record) implements FileAcceptance {}

  /** It is, and nothing is left to be done with it: all its batches have been sent. */
  record Sent(ProcessingStatus record) implements FileAcceptance {}

  /** Another object came first, or the upload is over. Nothing was written. */
  record Declined(ProcessingStatus record) implements FileAcceptance {}

  /** No such record, or its life is over. Nothing was written. */
  record Absent() implements FileAcceptance {}

  /** The record after the attempt. */
  default Optional<ProcessingStatus> current() {
    return switch (this) {
      case Accepted(ProcessingStatus record) -> Optional.of(record);
      case Sent(ProcessingStatus record) -> Optional.of(record);
      case Declined(ProcessingStatus record) -> Optional.of(record);
      case Absent() -> Optional.empty();
    };
  }
}
