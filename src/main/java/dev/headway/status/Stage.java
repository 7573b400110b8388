package dev.headway.status;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Optional;

/**
 * Which part of the work is going on. Never moves back; when an upload ends as {@code error} or
 * {@code cancelled} it stays where the work stopped. The natural order is the order of the work.
 */
public enum Stage {
  FILE_UPLOAD("file_upload"),
  FILE_PROCESSING("file_processing"),
  BATCH_PROCESSING("batch_processing"),
  COMPLETED("completed");

  private final String wire;

  Stage(String wire) {
    this.wire = wire;
  }

  /** The word in JSON and in the table. */
  @JsonValue
  public String wire() {
    return wire;
  }

  public static Optional<Stage> parse(String wire) {
    return Arrays.stream(values()).filter(stage -> stage.wire.equals(wire)).findFirst();
  }
}
