package dev.headway.api;

import dev.headway.status.ProcessingStatus;
import dev.headway.status.StatusDocument;
import dev.headway.status.StatusEncoder;

/**
 * The JSON of a status record: the same bytes for the same version, on one line, so that it can be
 * the body of a poll and the data of an event alike. Any thread.
 */
public final class StatusJson implements StatusEncoder {
  @Override
  public byte[] encode(ProcessingStatus record) {
    return Json.encode(StatusDocument.of(record));
  }
}
