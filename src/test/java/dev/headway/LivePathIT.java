package dev.headway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole system: a real file goes in, the stream rises to its end, every lead arrives. */
class LivePathIT {
  private static LocalSystem system;
  private static HttpClient http;

  @TempDir private Path folder;

  @BeforeAll
  static void start() throws Exception {
    system = LocalSystems.start();
    http = HttpClient.newHttpClient();
  }

  @AfterAll
  static void stop() throws Exception {
    http.close();
    system.close();
  }

  private static Api as(String user) {
    return new Api(http, system.baseUrl(), system.token(user, Duration.ofHours(1)));
  }

  @Test
  void a_CSV_of_a_thousand_leads_arrives_whole_while_its_stream_only_rises() throws Exception {
    var user = as("csv-user");
    var file = SampleFiles.csv(folder, "leads.csv", "csv", 1_000);
    String id = user.upload(file);
    try (var stream = user.stream(id, Map.of())) {
      var last = assertRisesToCompleted(stream.awaitEnd(90));
      assertCounts(last, 1_000, 100);
      var poll = user.get("/status/" + id);
      assertThat(poll.statusCode()).isEqualTo(200);
      assertThat(poll.body()).isEqualTo(stream.events().getLast().data());
      assertThat(poll.headers().firstValue("ETag"))
          .contains("\"" + stream.events().getLast().id() + "\"");
      assertThat(poll.headers().firstValue("Retry-After")).isEmpty();
    }
    assertLeads(user.leads(), "csv", 1_000, "leads.csv", id);
  }

  @Test
  void every_worksheet_of_an_XLSX_arrives() throws Exception {
    var user = as("xlsx-user");
    var file = SampleFiles.xlsx(folder, "three.xlsx", "xlsx", List.of(120, 15, 65));
    String id = user.upload(file);
    try (var stream = user.stream(id, Map.of())) {
      assertCounts(assertRisesToCompleted(stream.awaitEnd(60)), 200, 20);
    }
    assertLeads(user.leads(), "xlsx", 200, "three.xlsx", id);
  }

  @Test
  void a_poller_sees_the_same_versions_as_a_stream() throws Exception {
    var user = as("poll-user");
    String id = user.upload(SampleFiles.csv(folder, "polled.csv", "poll", 200));
    var polled = new ArrayList<JsonNode>();
    String tag = "\"0\"";
    try (var stream = user.stream(id, Map.of())) {
      while (polled.isEmpty() || !terminal(polled.getLast())) {
        var answer = user.get("/status/" + id, "If-None-Match", tag);
        assertThat(answer.statusCode()).isIn(200, 304);
        assertThat(answer.headers().firstValue("Age")).isPresent();
        if (answer.statusCode() == 200) {
          tag = answer.headers().firstValue("ETag").orElseThrow();
          polled.add(Api.json(answer));
        }
      }
      var events = assertRisesToCompleted(stream.awaitEnd(60));
      assertThat(polled.getLast()).isEqualTo(events);
      assertThat(polled.stream().map(r -> r.get("version").asLong()).toList())
          .isSorted()
          .doesNotHaveDuplicates();
      assertThat(user.get("/status/" + id, "If-None-Match", tag).statusCode()).isEqualTo(304);
    }
  }

  @Test
  void a_reader_that_comes_back_gets_only_what_it_has_not_seen() throws Exception {
    var user = as("return-user");
    String id = user.upload(SampleFiles.csv(folder, "again.csv", "again", 100));
    long lastVersion;
    try (var stream = user.stream(id, Map.of())) {
      lastVersion = stream.awaitEnd(60).getLast().version();
    }
    try (var stream = user.stream(id, Map.of("Last-Event-ID", "" + lastVersion))) {
      assertThat(stream.response().statusCode()).isEqualTo(204);
    }
    try (var stream = user.stream(id, Map.of("Last-Event-ID", "" + (lastVersion - 1)))) {
      assertThat(stream.awaitEnd(10))
          .extracting(StreamClient.Event::version)
          .containsExactly(lastVersion);
    }
    try (var stream = user.stream(id, Map.of("Last-Event-ID", "999999"))) {
      assertThat(stream.awaitEnd(10))
          .extracting(StreamClient.Event::version)
          .containsExactly(lastVersion);
    }
  }

  @Test
  void a_stream_of_all_sees_an_upload_that_is_created_afterwards_and_its_whole_way()
      throws Exception {
    var user = as("many-user");
    String first = user.upload(SampleFiles.csv(folder, "first.csv", "first", 30));
    try (var all = user.streamOfAll("")) {
      while (eventsOf(first, all.events()).isEmpty()) {
        Thread.onSpinWait();
      }
      String second = user.upload(SampleFiles.csv(folder, "second.csv", "second", 200));
      try (var one = user.stream(second, Map.of());
          var picks = user.streamOfAll("?uploadId=" + first + "&uploadId=" + second)) {
        assertRisesToCompleted(one.awaitEnd(90));
        assertThat(picks.awaitEnd(60).getLast().type()).isEqualTo("done");
        assertThat(last(first, picks.events())).isEqualTo(last(first, all.events()));
        while (!terminal(last(second, all.events()))) {
          Thread.onSpinWait();
        }
        assertThat(last(second, all.events())).isEqualTo(Api.json(one.events().getLast().data()));
        // From its creation on, each version once, in order.
        var records = eventsOf(second, all.events());
        assertThat(records.getFirst().get("version").asLong()).isEqualTo(1);
        assertThat(records.stream().map(r -> r.get("version").asLong()).toList())
            .isSorted()
            .doesNotHaveDuplicates();
      }
      var page = Api.json(user.get("/status?limit=1"));
      assertThat(page.get("uploads")).hasSize(1);
      assertThat(page.get("uploads").get(0).get("uploadId").asText()).isEqualTo(second);
      var next = user.get("/status?cursor=" + page.get("nextCursor").asText());
      assertThat(Api.json(next).get("uploads").get(0)).isEqualTo(last(first, all.events()));
    }
    assertThat(as("other-user").get("/status").body()).isEqualTo("{\"uploads\":[]}");
  }

  private static List<JsonNode> eventsOf(String id, List<StreamClient.Event> events)
      throws Exception {
    var records = new ArrayList<JsonNode>();
    for (var event : events) {
      var data = Api.json(event.data());
      if (event.type().equals("status") && data.get("uploadId").asText().equals(id)) {
        records.add(data);
      }
    }
    return records;
  }

  private static JsonNode last(String id, List<StreamClient.Event> events) throws Exception {
    return eventsOf(id, events).getLast();
  }

  @Test
  void a_poller_that_waits_asks_once_for_each_change() throws Exception {
    var user = as("wait-user");
    String id = user.upload(SampleFiles.csv(folder, "waited.csv", "wait", 100));
    var versions = new ArrayList<Long>();
    var answer = user.get("/status/" + id);
    while (!terminal(Api.json(answer))) {
      versions.add(Api.json(answer).get("version").asLong());
      String tag = answer.headers().firstValue("ETag").orElseThrow();
      do {
        answer = user.get("/status/" + id, "If-None-Match", tag, "Prefer", "wait=20");
        assertThat(answer.headers().firstValue("Preference-Applied")).contains("wait=20");
        assertThat(answer.headers().firstValue("Retry-After")).isEmpty();
      } while (answer.statusCode() == 304);
    }
    assertThat(versions).isSorted().doesNotHaveDuplicates();
    assertThat(Api.json(answer).get("status").asText()).isEqualTo("completed");
  }

  @Test
  void a_cancelled_upload_ignores_the_batches_still_in_flight() throws Exception {
    var user = as("cancel-user");
    String id = user.upload(SampleFiles.csv(folder, "cancelled.csv", "cancel", 2_000));
    try (var stream = user.stream(id, Map.of(), event -> {})) {
      while (stream.events().stream()
          .noneMatch(e -> e.data().contains("\"stage\":\"batch_processing\""))) {
        Thread.onSpinWait();
      }
      var answer = user.post("/status/" + id + "/cancel", "");
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(Api.json(answer).get("status").asText()).isEqualTo("cancelled");
      // Read your writes, through the same node.
      assertThat(user.get("/status/" + id).body()).isEqualTo(answer.body());
      assertThat(stream.awaitEnd(10).getLast().data()).isEqualTo(answer.body());
      assertThat(user.post("/status/" + id + "/cancel", "").body()).isEqualTo(answer.body());
      // Another upload goes through the same queue behind it; then the record is still the same.
      String next = user.upload(SampleFiles.csv(folder, "next.csv", "next", 50));
      try (var following = user.stream(next, Map.of())) {
        assertRisesToCompleted(following.awaitEnd(60));
      }
      assertThat(user.get("/status/" + id).body()).isEqualTo(answer.body());
      assertThat(user.post("/status/" + next + "/cancel", "").statusCode()).isEqualTo(409);
    }
  }

  @Test
  void somebody_elses_upload_looks_like_none() throws Exception {
    var owner = as("owner");
    var other = as("other");
    String id = owner.accept("mine.csv", 10).get("uploadId").asText();
    for (String path : List.of("/status/%s", "/status/%s/events")) {
      var foreign = other.get(path.formatted(id));
      var unknown = other.get(path.formatted("no-such-upload"));
      assertThat(foreign.statusCode()).isEqualTo(404);
      assertThat(withoutIdentity(foreign.body(), id))
          .isEqualTo(withoutIdentity(unknown.body(), "no-such-upload"));
      assertThat(foreign.headers().map().keySet()).isEqualTo(unknown.headers().map().keySet());
    }
    assertThat(other.post("/status/" + id + "/cancel", "").statusCode()).isEqualTo(404);
    assertThat(owner.get("/status/" + id).statusCode()).isEqualTo(200);
    assertThat(other.leads()).isEmpty();
  }

  @Test
  void a_file_that_cannot_be_used_ends_with_a_code_that_says_why() throws Exception {
    var user = as("bad-files");
    assertEndsWith(user, "empty.csv", new byte[0], "EMPTY_FILE");
    assertEndsWith(user, "header.csv", bytes("Name,E-Mail,Company\r\n"), "EMPTY_FILE");
    assertEndsWith(user, "broken.xlsx", bytes("this is no workbook"), "UNREADABLE_FILE");
    assertEndsWith(
        user,
        "cut.xlsx",
        cut(SampleFiles.xlsx(folder, "x.xlsx", "x", List.of(20))),
        "UNREADABLE_FILE");
    assertThat(user.declare("old.xls", 10).statusCode()).isEqualTo(415);
    assertThat(user.declare("picture.png", 10).statusCode()).isEqualTo(415);
    assertThat(user.declare("huge.csv", Long.MAX_VALUE).statusCode()).isEqualTo(413);
    // The service goes on.
    String id = user.upload(SampleFiles.csv(folder, "good.csv", "good", 10));
    try (var stream = user.stream(id, Map.of())) {
      assertRisesToCompleted(stream.awaitEnd(60));
    }
  }

  @Test
  void a_hostile_file_name_stays_a_name() throws Exception {
    var user = as("hostile");
    var accepted =
        user.accept("a\r\nevent: status\r\ndata: {}\r\n\r\n<script>/../../\u0000x.csv", 0);
    user.send(accepted, new byte[0]);
    try (var stream = user.stream(accepted.get("uploadId").asText(), Map.of())) {
      var events = stream.awaitEnd(60);
      assertThat(events).allSatisfy(e -> assertThat(e.type()).isEqualTo("status"));
      var name = Api.json(events.getLast().data()).get("metadata").get("fileName").asText();
      assertThat(name).doesNotContainPattern("\\p{Cntrl}").endsWith(".csv");
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] cut(Path file) throws Exception {
    byte[] all = Files.readAllBytes(file);
    return java.util.Arrays.copyOf(all, all.length / 2);
  }

  private static void assertEndsWith(Api user, String name, byte[] content, String code)
      throws Exception {
    var accepted = user.accept(name, content.length);
    assertThat(user.send(accepted, content).statusCode()).isEqualTo(200);
    try (var stream = user.stream(accepted.get("uploadId").asText(), Map.of())) {
      var last = Api.json(stream.awaitEnd(60).getLast().data());
      assertThat(last.get("status").asText()).as(name).isEqualTo("error");
      assertThat(last.get("error").get("code").asText()).as(name).isEqualTo(code);
    }
  }

  private static boolean terminal(JsonNode record) {
    return List.of("completed", "error", "cancelled").contains(record.get("status").asText());
  }

  /** Checks the whole stream and returns its last record. */
  private static JsonNode assertRisesToCompleted(List<StreamClient.Event> events) throws Exception {
    assertThat(events).isNotEmpty();
    assertThat(events).allSatisfy(e -> assertThat(e.type()).isEqualTo("status"));
    var versions = events.stream().map(StreamClient.Event::version).toList();
    assertThat(versions).isSorted().doesNotHaveDuplicates();
    double percentage = -1;
    for (var event : events) {
      var record = Api.json(event.data());
      assertThat(record.get("version").asLong()).isEqualTo(event.version());
      double now = record.get("progress").get("percentage").asDouble();
      assertThat(now).isGreaterThanOrEqualTo(percentage);
      percentage = now;
    }
    var last = Api.json(events.getLast().data());
    assertThat(last.get("status").asText()).isEqualTo("completed");
    assertThat(percentage).isEqualTo(100.0);
    return last;
  }

  private static void assertCounts(JsonNode record, int leads, int batches) {
    var progress = record.get("progress");
    assertThat(progress.get("totalLeads").asInt()).isEqualTo(leads);
    assertThat(progress.get("processedLeads").asInt()).isEqualTo(leads);
    assertThat(progress.get("createdLeads").asInt()).isEqualTo(leads);
    assertThat(progress.get("updatedLeads").asInt()).isZero();
    assertThat(progress.get("totalBatches").asInt()).isEqualTo(batches);
    assertThat(progress.get("completedBatches").asInt()).isEqualTo(batches);
    assertThat(progress.get("failedBatches").asInt()).isZero();
    assertThat(record.get("stage").asText()).isEqualTo("completed");
  }

  private static void assertLeads(
      List<JsonNode> leads, String series, int count, String file, String uploadId) {
    assertThat(leads)
        .extracting(lead -> lead.get("email").asText())
        .containsExactlyInAnyOrderElementsOf(
            IntStream.rangeClosed(1, count).mapToObj(n -> SampleFiles.email(series, n)).toList());
    assertThat(leads)
        .allSatisfy(lead -> {
          String n = lead.get("email").asText().replaceAll("^lead(\\d+)\\..*", "$1");
          assertThat(lead.get("firstName").asText()).isEqualTo("First" + n);
          assertThat(lead.get("lastName").asText()).isEqualTo("Last" + n);
          assertThat(lead.get("company").asText())
              .isEqualTo("Company, " + Integer.parseInt(n) % 50);
          assertThat(lead.get("sourceFile").asText()).isEqualTo(file);
          assertThat(lead.get("uploadId").asText()).isEqualTo(uploadId);
        });
  }

  private static String withoutIdentity(String problem, String id) {
    return problem
        .replace(id, "ID")
        .replaceAll("\"timestamp\":\"[^\"]*\"", "")
        .replaceAll("\"requestId\":\"[^\"]*\"", "");
  }
}
