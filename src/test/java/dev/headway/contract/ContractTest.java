package dev.headway.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** That the judge finds what is wrong, and nothing where nothing is. */
class ContractTest {
  private static final String STATUS = "/status/550e8400-e29b-41d4-a716-446655440000";

  private final Contract contract = Contract.ofService();
  private final String record = example("/paths/~1status~1{uploadId}/get", "application~1json");
  private final String events = example("/paths/~1status~1{uploadId}/get", "text~1event-stream");

  private static String example(String operation, String type) {
    JsonNode node = Contract.read().at(operation + "/responses/200/content/" + type + "/example");
    return node.isTextual() ? node.textValue() : node.toString();
  }

  private Map<String, String> poll() {
    Map<String, String> headers = everywhere();
    headers.put("Content-Type", "application/json");
    headers.put("ETag", "\"17\"");
    headers.put("Age", "0");
    headers.put("Cache-Control", "private, no-cache");
    headers.put("Retry-After", "2");
    return headers;
  }

  private static Map<String, String> everywhere() {
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    headers.put("X-Request-Id", "abc-1");
    headers.put("X-Content-Type-Options", "nosniff");
    headers.put("Vary", "Accept, Prefer, Origin");
    headers.put("Content-Length", "1");
    return headers;
  }

  private static Map<String, String> stream() {
    Map<String, String> headers = everywhere();
    headers.put("Content-Type", "text/event-stream; charset=utf-8");
    headers.put("Cache-Control", "no-cache, no-transform");
    headers.put("X-Accel-Buffering", "no");
    return headers;
  }

  private List<String> faults(
      String method, String target, int status, Map<String, String> headers, String body) {
    Map<String, List<String>> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    headers.forEach((name, value) -> all.put(name, List.of(value)));
    return contract.faults(
        new Exchange(Optional.of(new Exchange.Request(method, target)), status, all, body, true));
  }

  @Test
  void a_right_answer_has_no_fault() {
    assertThat(faults("GET", STATUS, 200, poll(), record)).isEmpty();
    assertThat(faults("GET", STATUS + "?x=1", 200, poll(), record)).isEmpty();
    assertThat(faults("HEAD", STATUS, 200, poll(), "")).isEmpty();
    assertThat(faults("GET", STATUS, 200, stream(), events)).isEmpty();
    Map<String, String> unchanged = poll();
    unchanged.remove("Content-Type");
    assertThat(faults("GET", STATUS, 304, unchanged, "")).isEmpty();
  }

  @ParameterizedTest(name = "{0} → {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "version":17             | "version":0              | minimum
          "version":17             | "version":"17"           | integer
          "version":17,            |                          | version
          "processing"             | "working"                | enumeration
          "batch_processing"       | "batches"                | enumeration
          "percentage":30.0        | "percentage":101         | maximum
          "completedBatches":3     | "completedBatches":-3    | minimum
          "stalled":false          | "stalled":null           | boolean
          "stalled":false          | "stalled":false,"owner":"alice" | owner
          "totalBatches":10        | "totalBatches":10,"x":1  | x
          2025-01-09T10:02:30Z     | yesterday                | pattern
          "stalled":false          | "stalled":false,"error":{"code":"EMPTY_FILE","message":"x","timestamp":"2025-01-09T10:00:00Z"} | not
          "processing"             | "error"                  | error
          {"uploadId"              | {{"uploadId"             | no JSON
          """)
  void a_wrong_record_is_found(String right, String wrong, String fault) {
    String body =
        record.replaceFirst(java.util.regex.Pattern.quote(right), wrong == null ? "" : wrong);
    assertThat(body).isNotEqualTo(record);
    assertThat(faults("GET", STATUS, 200, poll(), body))
        .isNotEmpty()
        .anyMatch(f -> f.contains(fault));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "ETag              | 17                 | ETag",
        "ETag              | W/\"17\"           | ETag",
        "ETag              |                    | ETag is missing",
        "Age               | soon               | Age",
        "Age               |                    | Age is missing",
        "Cache-Control     | public             | Cache-Control",
        "Cache-Control     | no-cache, no-transform | Cache-Control",
        "Retry-After       | 0                  | Retry-After",
        "X-Request-Id      |                    | X-Request-Id",
        "X-Content-Type-Options |               | nosniff",
        "X-Accel-Buffering | no                 | X-Accel-Buffering",
        "Server            | Headway            | Server",
        "Content-Encoding  | gzip               | Content-Encoding",
        "Vary              | *                  | Vary",
        "Content-Type      | text/html          | content type",
        "Content-Type      |                    | content type",
      })
  void a_wrong_header_is_found(String name, String value, String fault) {
    Map<String, String> headers = poll();
    if (value == null) {
      headers.remove(name);
    } else {
      headers.put(name, value);
    }
    assertThat(faults("GET", STATUS, 200, headers, record)).anyMatch(f -> f.contains(fault));
  }

  @Test
  void a_wrong_event_is_found() {
    assertThat(streamFaults(e -> e.replace("id: 17\n", ""))).anyMatch(f -> f.contains("the id"));
    assertThat(streamFaults(e -> e.replace("id: 17", "id: 16")))
        .anyMatch(f -> f.contains("the id"));
    assertThat(streamFaults(e -> e.replace("event: status", "event: news")))
        .anyMatch(f -> f.contains("news"));
    assertThat(streamFaults(e -> e.replace("event: status\n", ""))).isNotEmpty();
    assertThat(streamFaults(e -> e.replace("\"version\":17", "\"version\":-1"))).isNotEmpty();
    assertThat(streamFaults(e -> e.replace("retry: 1374", "retry: soon"))).isNotEmpty();
    assertThat(streamFaults(e -> "note: x\n\n" + e)).anyMatch(f -> f.contains("note"));
    assertThat(streamFaults(e -> e + "id: 18\n")).anyMatch(f -> f.contains("within an event"));
    // In the stream of many no event has an id.
    assertThat(faults("GET", "/status", 200, stream(), events)).anyMatch(f -> f.contains("the id"));
  }

  private List<String> streamFaults(UnaryOperator<String> change) {
    String changed = change.apply(events);
    assertThat(changed).isNotEqualTo(events);
    return faults("GET", STATUS, 200, stream(), changed);
  }

  @Test
  void a_status_or_a_path_that_is_not_declared_is_found() {
    assertThat(faults("GET", STATUS, 201, poll(), record)).isNotEmpty();
    assertThat(faults("GET", STATUS, 204, poll(), record)).isNotEmpty();
    assertThat(faults("PUT", STATUS, 200, poll(), record)).isNotEmpty();
    assertThat(faults("GET", STATUS + "/more", 200, poll(), record)).isNotEmpty();
    assertThat(faults("GET", "/nowhere", 200, poll(), "{}")).isNotEmpty();
    assertThat(faults("HEAD", STATUS, 200, poll(), record)).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          UPLOAD_NOT_FOUND       | CANNOT_CANCEL
          "status":404           | "status":400
          "instance":"/x",       |
          "/problems/upload-not-found" | "about:blank"
          "code"                 | "kode"
          "timestamp"            | "stack":"at dev.headway","timestamp"
          """)
  void a_wrong_problem_is_found(String right, String wrong) {
    String problem =
        """
        {"type":"/problems/upload-not-found","title":"There is no such upload","status":404,\
        "detail":"x","instance":"/x","code":"UPLOAD_NOT_FOUND",\
        "timestamp":"2025-01-09T10:02:30.000Z"}\
        """;
    Map<String, String> headers = everywhere();
    headers.put("Content-Type", "application/problem+json");
    headers.put("Cache-Control", "no-store");
    assertThat(faults("GET", STATUS, 404, headers, problem)).isEmpty();
    String changed = problem.replace(right, wrong == null ? "" : wrong);
    assertThat(changed).isNotEqualTo(problem);
    assertThat(faults("GET", STATUS, 404, headers, changed)).isNotEmpty();
    // Of a status that the path has, but with a code of another.
    assertThat(faults("GET", STATUS, 429, headers, problem)).isNotEmpty();
  }

  @Test
  void what_only_the_service_answers_is_a_fault_of_a_function() {
    var functions = Contract.ofFunctions();
    Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    stream().forEach((name, value) -> headers.put(name, List.of(value)));
    var streamed =
        new Exchange(
            Optional.of(new Exchange.Request("GET", STATUS + "/events")),
            200,
            headers,
            events,
            true);
    assertThat(functions.faults(streamed)).isNotEmpty();
    assertThat(contract.faults(streamed)).isEmpty();
  }
}
