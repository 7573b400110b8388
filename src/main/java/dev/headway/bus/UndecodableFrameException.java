package dev.headway.bus;

import java.io.Serial;

/** What came over the bus is no frame of a version that is known here. */
final class UndecodableFrameException extends Exception {
  @Serial private static final long serialVersionUID = 1;

  /**
   * @param reason without anything of the frame's content, which may be personal
   */
  UndecodableFrameException(String reason) {
    super(reason);
  }
}
