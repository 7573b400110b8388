package dev.headway.http;

import dev.headway.api.ProblemCode;
import dev.headway.api.ProblemException;
import dev.headway.status.UploadId;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/** The upload that a path names. */
final class UploadIds {
  static final String PARAMETER = "uploadId";

  private UploadIds() {}

  /** Throws {@code INVALID_UPLOAD_ID} where the path names none. */
  static UploadId of(RoutingContext ctx) {
    return Optional.ofNullable(ctx.pathParam(PARAMETER))
        .flatMap(UploadId::parse)
        .orElseThrow(UploadIds::invalid);
  }

  /** For who only wants to name it. */
  static Optional<UploadId> inPath(String path) {
    String[] segments = path.split("/", 4);
    return segments.length > 2 && segments[1].equals("status")
        ? UploadId.parse(segments[2])
        : Optional.empty();
  }

  static ProblemException invalid() {
    return new ProblemException(
        ProblemCode.INVALID_UPLOAD_ID, "An upload id is 1 to 255 of A-Z a-z 0-9 _ -.");
  }
}
