package dev.headway.api;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.headway.status.StatusDocument;
import dev.headway.status.UploadId;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.TreeMap;

/** The JSON of everything that is not a status record alone. UTF-8, one line, any thread. */
public final class Views {
  private Views() {}

  /** The answer to an accepted upload: its id, the request that stores the file, its record. */
  public static byte[] accepted(AcceptedUpload accepted) {
    AcceptedUpload.Target target = accepted.target();
    return Json.encode(
        new AcceptedView(
            accepted.status().uploadId(),
            // Sorted, because the order of a Map.of changes from one run to the next.
            new TargetView(
                target.method(), target.url().toString(), new TreeMap<>(target.headers())),
            StatusDocument.of(accepted.status())));
  }

  /** A page of leads, with {@code nextCursor} unless it is the last. */
  public static byte[] leads(LeadPage page) {
    return Json.encode(page);
  }

  /** A ticket with its end, to the millisecond. */
  public static byte[] ticket(StreamTicket ticket) {
    return Json.encode(
        new TicketView(
            ticket.ticket(), ticket.expiresAt().truncatedTo(ChronoUnit.MILLIS).toString()));
  }

  /** A problem, for {@link Problem#MEDIA_TYPE}. */
  public static byte[] problem(Problem problem) {
    return Json.encode(problem);
  }

  @JsonPropertyOrder({"uploadId", "upload", "status"})
  record AcceptedView(UploadId uploadId, TargetView upload, StatusDocument status) {}

  @JsonPropertyOrder({"ticket", "expiresAt"})
  record TicketView(String ticket, String expiresAt) {}

  @JsonPropertyOrder({"method", "url", "headers"})
  record TargetView(String method, String url, Map<String, String> headers) {}
}
