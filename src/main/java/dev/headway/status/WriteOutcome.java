package dev.headway.status;

import java.util.Optional;

/** What a conditional write of a status record came to. */
public sealed interface WriteOutcome {
  /** The write changed the record, which now is {@code record}. */
  record Applied(ProcessingStatus record) implements WriteOutcome {}

  /** There was nothing to do: a repeat, or the record has moved past it. It is {@code record}. */
  record Unchanged(ProcessingStatus record) implements WriteOutcome {}

  /** No such record, or its life is over. Nothing was written. */
  record Absent() implements WriteOutcome {}

  /** The record after the attempt. */
  default Optional<ProcessingStatus> current() {
    return switch (this) {
      case Applied(ProcessingStatus record) -> Optional.of(record);
      case Unchanged(ProcessingStatus record) -> Optional.of(record);
      case Absent() -> Optional.empty();
    };
  }
}
