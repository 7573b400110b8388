package dev.headway.hub;

import dev.headway.status.OwnedUpload;
import java.util.List;
import java.util.Optional;

/**
 * Some of an owner's uploads, newest first.
 *
 * @param readings fewer than were asked for where some of what is listed has expired
 * @param next after which place the next page begins; empty after the last one
 */
public record UploadPage(List<Reading> readings, Optional<OwnedUpload> next) {
  public UploadPage {
    readings = List.copyOf(readings);
  }
}
