package dev.headway.api;

import dev.headway.status.OwnedUpload;
import dev.headway.status.ProcessingStatus;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/** What a list of uploads answers, decided in one place for the service and for the Lambda. */
public final class UploadsAnswer {
  private UploadsAnswer() {}

  /**
   * All headers.
   *
   * @param age since all of them were last known to be the newest
   */
  public static SequencedMap<String, String> headers(List<ProcessingStatus> records, Duration age) {
    SequencedMap<String, String> headers = new LinkedHashMap<>();
    headers.put("Content-Type", Representation.JSON.contentType());
    headers.put("Cache-Control", PollAnswer.CACHE_CONTROL);
    headers.put("Vary", PollAnswer.VARY);
    headers.put("Age", Long.toString(Math.max(0, age.toSeconds())));
    if (!records.stream().allMatch(ProcessingStatus::isTerminal)) {
      headers.put("Retry-After", Long.toString(PollAnswer.POLL_EVERY.toSeconds()));
    }
    return headers;
  }

  /**
   * The document {@code {"uploads":[…],"nextCursor":"…"}}.
   *
   * @param records each as a poll for it alone would get it
   * @param next where the next page begins; empty after the last one
   */
  public static byte[] body(List<byte[]> records, Optional<OwnedUpload> next) {
    var body = new ByteArrayOutputStream();
    body.writeBytes(ascii("{\"uploads\":["));
    String separator = "";
    for (byte[] record : records) {
      body.writeBytes(ascii(separator));
      body.writeBytes(record);
      separator = ",";
    }
    body.writeBytes(ascii("]"));
    // The letters of a cursor need no escape.
    next.map(UploadCursor::encode)
        .ifPresent(cursor -> body.writeBytes(ascii(",\"nextCursor\":\"" + cursor + "\"")));
    body.writeBytes(ascii("}"));
    return body.toByteArray();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
