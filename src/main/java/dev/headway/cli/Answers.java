package dev.headway.cli;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.headway.status.StatusDocument;
import dev.headway.status.UploadId;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads what the service answers, and trusts none of it: a member that is missing or of the wrong
 * kind is an {@link IOException} with a sentence, and one that a newer service added is ignored.
 */
final class Answers {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.READ_UNKNOWN_ENUM_VALUES_AS_NULL)
          .build();

  /** Nobody waits longer than this for one answer, whatever the header says. */
  private static final Duration MAX_RETRY_AFTER = Duration.ofMinutes(1);

  private Answers() {}

  /** An accepted upload, and the one request that stores its file. */
  record Accepted(UploadId uploadId, Target upload, StatusDocument status) {}

  record Target(String method, URI url, Map<String, String> headers) {}

  private record Problem(@Nullable String title, @Nullable String detail, @Nullable String code) {}

  static StatusDocument status(byte[] json) throws IOException {
    return whole(read(json, StatusDocument.class));
  }

  static StatusDocument status(String json) throws IOException {
    return status(json.getBytes(StandardCharsets.UTF_8));
  }

  static Accepted accepted(byte[] json) throws IOException {
    var accepted = read(json, Accepted.class);
    Target target = accepted.upload();
    if (accepted.uploadId() == null
        || accepted.status() == null
        || target == null
        || target.method() == null
        || target.url() == null
        || target.headers() == null
        || target.headers().containsValue(null)) {
      throw incomprehensible();
    }
    whole(accepted.status());
    return accepted;
  }

  /** What an answer that is not the wished-for one says, as a sentence. */
  static Refusal refusal(HttpResponse<?> response, byte[] body) {
    int status = response.statusCode();
    var problem = problem(body);
    String said =
        problem
            .flatMap(p -> Optional.ofNullable(p.detail() == null ? p.title() : p.detail()))
            .map(text -> "The service refused: " + text + " (" + status)
            .orElse("The service refused (" + status);
    String code = problem.flatMap(p -> Optional.ofNullable(p.code())).map(c -> " " + c).orElse("");
    return new Refusal(status, said + code + ").", retryAfter(response.headers()));
  }

  /** Seconds only: the contract has no dates in {@code Retry-After}. */
  static Optional<Duration> retryAfter(HttpHeaders headers) {
    return headers
        .firstValue("Retry-After")
        .filter(text -> text.matches("[0-9]{1,9}"))
        .map(text -> Duration.ofSeconds(Long.parseLong(text)))
        .map(wait -> wait.compareTo(MAX_RETRY_AFTER) > 0 ? MAX_RETRY_AFTER : wait);
  }

  static IOException incomprehensible() {
    return new IOException("what answers there is not a Headway service");
  }

  private static Optional<Problem> problem(byte[] json) {
    try {
      return Optional.ofNullable(JSON.readValue(json, Problem.class));
    } catch (IOException _) {
      return Optional.empty(); // a proxy's page
    }
  }

  private static <T> T read(byte[] json, Class<T> type) throws IOException {
    T value;
    try {
      value = JSON.readValue(json, type);
    } catch (IOException _) { // its message would quote what was read
      throw incomprehensible();
    }
    if (value == null) {
      throw incomprehensible();
    }
    return value;
  }

  /** Jackson leaves null what is not there, whatever the types promise. */
  private static StatusDocument whole(StatusDocument status) throws IOException {
    if (status.uploadId() == null
        || status.status() == null
        || status.stage() == null
        || status.progress() == null
        || status.metadata() == null
        || status.metadata().fileName() == null
        || status.version() < 1) {
      throw incomprehensible();
    }
    return status;
  }
}
