package dev.headway.status;

import com.fasterxml.jackson.annotation.JsonValue;

/** Why an upload ended as {@code error}. The name is what readers see. */
public enum ErrorCode {
  INVALID_FILE_TYPE,
  FILE_TOO_LARGE,
  EMPTY_FILE,
  UNREADABLE_FILE,
  FILE_PROCESSING_FAILED,
  UPLOAD_INCOMPLETE,
  PARTIAL_FAILURE,
  PROCESSING_FAILED;

  @JsonValue
  public String wire() {
    return name();
  }
}
