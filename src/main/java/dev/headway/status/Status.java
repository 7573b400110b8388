package dev.headway.status;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Where an upload stands. The first three follow each other; the last three are terminal: nothing
 * ever changes an upload that has reached one of them.
 */
public enum Status {
  UPLOADING("uploading"),
  UPLOADED("uploaded"),
  PROCESSING("processing"),
  COMPLETED("completed"),
  ERROR("error"),
  CANCELLED("cancelled");

  private final String wire;

  Status(String wire) {
    this.wire = wire;
  }

  /** The word in JSON and in the table. */
  @JsonValue
  public String wire() {
    return wire;
  }

  public boolean isTerminal() {
    return switch (this) {
      case UPLOADING, UPLOADED, PROCESSING -> false;
      case COMPLETED, ERROR, CANCELLED -> true;
    };
  }

  /** Whether an upload may go from here to {@code next}; staying is not a move. */
  public boolean canBecome(Status next) {
    return !isTerminal() && (next.isTerminal() || compareTo(next) < 0);
  }

  /** The statuses in which work is still going on, in their order. */
  public static List<Status> active() {
    return List.of(UPLOADING, UPLOADED, PROCESSING);
  }

  public static Optional<Status> parse(String wire) {
    return Arrays.stream(values()).filter(status -> status.wire.equals(wire)).findFirst();
  }
}
