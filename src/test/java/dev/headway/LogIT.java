package dev.headway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.headway.local.FreePorts;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a real run of the whole system writes down, in all the detail that Headway has. */
class LogIT {
  private static final String FILE = "customers-of-ada.csv";

  @TempDir private Path folder;

  @Test
  void every_line_is_JSON_with_ids_of_its_own_and_nothing_personal() throws Exception {
    Path classes = folder.resolve("classes");
    var options =
        "-Dheadway.log=json -Dheadway.log.level=TRACE -Xlog:class+load=info:file=" + classes;
    var lines = new ArrayList<JsonNode>();
    String id;
    String rejected;
    String requestId;
    String token;
    String ticket;
    String said;
    try (var http = HttpClient.newHttpClient()) {
      try (var local =
          Launched.headway(
              folder.resolve("key"),
              List.of("local", "--port", "" + FreePorts.first()),
              Map.of("HEADWAY_JAVA_OPTS", options, "HEADWAY_USER_RATE", "0"))) {
        var page = local.awaitReady();
        token = page.token();
        var user = new Api(http, URI.create(page.baseUrl()), token);
        id = user.upload(SampleFiles.csv(folder, FILE, "personal", 30));
        try (var one = user.stream(id, Map.of());
            var all = user.streamOfAll("")) {
          one.awaitEnd(60);
          assertThat(all.response().statusCode()).isEqualTo(200);
        }
        var issued = user.post("/status/" + id + "/ticket", "");
        ticket = new ObjectMapper().readTree(issued.body()).path("ticket").asText();
        // As EventSource comes: with the ticket in its address, and no token.
        var watching =
            HttpRequest.newBuilder(
                    URI.create(page.baseUrl()).resolve("/status/" + id + "?ticket=" + ticket))
                .header("Accept", "text/event-stream")
                .build();
        assertThat(http.send(watching, HttpResponse.BodyHandlers.ofString()).body())
            .contains("completed");
        assertThat(user.leads()).hasSize(30);
        assertThat(user.get("/leads?q=lead7.personal@example.com").statusCode()).isEqualTo(200);
        var refused = user.accept("empty-" + FILE, 0);
        rejected = refused.get("uploadId").asText();
        user.send(refused, new byte[0]);
        try (var stream = user.stream(rejected, Map.of())) {
          stream.awaitEnd(60);
        }
        var answer = user.get("/status/" + id);
        requestId = answer.headers().firstValue("X-Request-Id").orElseThrow();
        var stranger = new Api(http, URI.create(page.baseUrl()), token + "x");
        assertThat(stranger.get("/status/" + id).statusCode()).isEqualTo(401);
        local.awaitLine(requestId);
        said = local.said();
      }
    }
    for (String line : said.lines().toList()) {
      // The greeting for the person at the terminal is no line of the log.
      if (line.startsWith("{")) {
        lines.add(new ObjectMapper().readTree(line));
      }
    }
    assertThat(lines).hasSizeGreaterThan(10);
    assertThat(lines)
        .allSatisfy(line -> {
          assertThat(line.fieldNames())
              .toIterable()
              .contains("@timestamp", "log.level", "log.logger", "message");
        });
    assertThat(linesWith(lines, "uploadId", id))
        .extracting(line -> line.path("message").asText())
        .contains("the file is split into 3 batches");
    // By the worker's own request, which other lines of that invocation name too.
    assertThat(linesWith(lines, "uploadId", rejected))
        .anySatisfy(line -> {
          assertThat(line.path("message").asText()).startsWith("the file is rejected");
          assertThat(line.path("requestId").asText()).isNotEmpty();
        });
    assertThat(linesWith(lines, "requestId", requestId))
        .anySatisfy(line -> {
          assertThat(line.path("message").asText()).startsWith("GET /status/");
          assertThat(line.path("uploadId").asText()).isEqualTo(id);
        });

    String log = String.join("\n", lines.stream().map(JsonNode::toString).toList());
    assertThat(log)
        .doesNotContain(
            FILE,
            "customers-of",
            SampleFiles.email("personal", 7),
            "@example",
            "First7",
            "Last7",
            "Bearer",
            token,
            token.substring(token.lastIndexOf('.')),
            token.substring(0, 30),
            "X-Amz-Signature",
            "ticket=",
            ticket);
    assertThat(log).doesNotContainPattern("[\\w.]+@[\\w.]+\\.[a-z]{2}");
    // Nobody traces: then nothing of the SDK is there either.
    assertThat(Files.readString(classes))
        .contains("dev.headway.traces.Tracing ")
        .doesNotContain("io.opentelemetry.sdk.", "io.opentelemetry.exporter.");
  }

  private static List<JsonNode> linesWith(List<JsonNode> lines, String field, String value) {
    return lines.stream().filter(line -> line.path(field).asText().equals(value)).toList();
  }
}
