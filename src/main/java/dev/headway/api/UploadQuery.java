package dev.headway.api;

import dev.headway.status.OwnedUpload;
import dev.headway.status.UploadId;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which of the caller's uploads are asked for: a page of all, or some by their ids.
 *
 * @param limit uploads on one page, 1 to 100
 * @param after where the page before ended
 * @param picks the uploads that were asked for by their ids; empty where all are meant
 * @param isPaged whether limit or cursor were given
 */
public record UploadQuery(
    int limit, Optional<OwnedUpload> after, List<UploadId> picks, boolean isPaged) {
  public static final int MAX_LIMIT = 100;
  public static final int DEFAULT_LIMIT = 25;

  /** What the uploads may be picked by. */
  private static final String PICK = "uploadId";

  public UploadQuery {
    if (limit < 1 || limit > MAX_LIMIT) {
      throw new IllegalArgumentException("a page has 1 to " + MAX_LIMIT + " uploads, not " + limit);
    }
    picks = List.copyOf(picks);
  }

  /**
   * The query that the parameters describe.
   *
   * @param parameters decoded, each with all its values
   * @throws ProblemException {@code INVALID_REQUEST} or {@code INVALID_UPLOAD_ID}, saying why
   */
  public static UploadQuery parse(Map<String, List<String>> parameters) {
    QueryParameters query = new QueryParameters(parameters);
    Optional<String> cursor = query.text("cursor", UploadCursor.MAX_LENGTH);
    boolean isPaged = cursor.isPresent() || query.single("limit").isPresent();
    List<UploadId> picks = picks(query.values(PICK));
    if (isPaged && !picks.isEmpty()) {
      throw QueryParameters.invalid("limit and cursor are for all uploads, not for picked ones.");
    }
    return new UploadQuery(
        query.limit(MAX_LIMIT, DEFAULT_LIMIT), cursor.map(UploadCursor::decode), picks, isPaged);
  }

  /** The same query for a stream, which has no pages. */
  public UploadQuery requireUnpaged() {
    if (isPaged) {
      throw QueryParameters.invalid("A stream has no pages: leave limit and cursor out.");
    }
    return this;
  }

  private static List<UploadId> picks(List<String> ids) {
    Set<UploadId> picks =
        ids.stream()
            .map(id -> UploadId.parse(id).orElseThrow(UploadQuery::invalidId))
            .collect(Collectors.toCollection(LinkedHashSet::new));
    if (picks.size() > MAX_LIMIT) {
      throw QueryParameters.invalid(PICK + " may pick at most " + MAX_LIMIT + " uploads.");
    }
    return List.copyOf(picks);
  }

  private static ProblemException invalidId() {
    return new ProblemException(
        ProblemCode.INVALID_UPLOAD_ID, "An upload id is 1 to 255 of A-Z a-z 0-9 _ -.");
  }
}
