package dev.headway.api;

import dev.headway.status.ProcessingStatus;
import java.net.URI;
import java.util.Map;

/** An upload that was accepted: its record, and where the browser sends the file. */
public record AcceptedUpload(ProcessingStatus status, Target target) {
  /**
   * The one request that stores the file.
   *
   * @param headers must be sent exactly as they are: they are part of the signature
   */
  public record Target(String method, URI url, Map<String, String> headers) {}
}
