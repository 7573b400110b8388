package dev.headway.http;

import static dev.headway.hub.Records.OWNER;
import static dev.headway.hub.Records.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.StreamClient;
import dev.headway.hub.Records;
import dev.headway.status.OwnerId;
import dev.headway.status.ProcessingStatus;
import dev.headway.status.Status;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The caller's uploads: listed, picked, and on one stream. */
class ManyUploadsTest {
  private static final OwnerId MALLORY = new OwnerId("mallory");

  @TempDir private Path page;
  private LiveService service;

  @BeforeEach
  void start() throws Exception {
    Files.writeString(page.resolve("index.html"), "<!doctype html><title>Headway</title>");
    service = new LiveService(page);
  }

  @AfterEach
  void stop() {
    service.close();
  }

  private static ProcessingStatus upload(String name, long second) {
    return Records.created(id(name), OWNER, second);
  }

  private ProcessingStatus stored(String name, long second) {
    ProcessingStatus record = upload(name, second);
    service.table.write(record);
    return record;
  }

  private static ProcessingStatus processing(ProcessingStatus before) {
    return Records.next(before, Status.PROCESSING);
  }

  private static ProcessingStatus completed(ProcessingStatus before) {
    return Records.next(before, Status.COMPLETED);
  }

  private static List<String> names(HttpResponse<String> page) {
    assertThat(page.statusCode()).as(page.body()).isEqualTo(200);
    return new JsonObject(page.body())
        .getJsonArray("uploads").stream()
            .map(upload -> ((JsonObject) upload).getString("uploadId"))
            .toList();
  }

  private StreamClient stream(String query) {
    return StreamClient.open(
        service.http, service.uri("/status" + query), "owner", Map.of(), event -> {});
  }

  /** As "a1 b3 done". */
  private static String seen(StreamClient stream) {
    return seen(stream.events());
  }

  private static String seen(List<StreamClient.Event> events) {
    return events.stream()
        .map(event -> {
          JsonObject data = new JsonObject(event.data());
          return event.type().equals("status")
              ? data.getString("uploadId") + data.getLong("version")
              : event.type() + data.getString("uploadId", "");
        })
        .collect(Collectors.joining(" "));
  }

  private static void untilSeen(StreamClient stream, String what) {
    LiveService.eventually(() -> seen(stream).endsWith(what));
  }

  @Test
  void the_list_has_the_callers_uploads_with_the_newest_first() throws Exception {
    service.table.write(completed(upload("old", 1)));
    stored("new", 3);
    stored("middle", 2);
    service.table.write(Records.created(id("foreign"), MALLORY, 4));
    var response = service.send("GET", "/status");
    assertThat(names(response)).containsExactly("new", "middle", "old");
    assertThat(new JsonObject(response.body()).containsKey("nextCursor")).isFalse();
    assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
    assertThat(response.headers().firstValue("Cache-Control")).contains("private, no-cache");
    assertThat(response.headers().firstValue("Vary")).contains("Accept, Prefer, Origin");
    assertThat(response.headers().firstValue("Age")).isPresent();
    assertThat(response.headers().firstValue("Retry-After")).contains("2");
    var head = service.send("HEAD", "/status");
    assertThat(head.body()).isEmpty();
    assertThat(head.headers().firstValue("Content-Length")).contains("" + response.body().length());
  }

  @Test
  void a_record_in_the_list_is_the_one_that_a_poll_gets() throws Exception {
    stored("a", 1);
    String poll = service.send("GET", "/status/a").body();
    assertThat(service.send("GET", "/status").body()).isEqualTo("{\"uploads\":[" + poll + "]}");
  }

  @Test
  void who_has_no_uploads_gets_an_empty_list() throws Exception {
    var response = service.send("GET", "/status");
    assertThat(response.body()).isEqualTo("{\"uploads\":[]}");
    assertThat(response.headers().firstValue("Retry-After")).isEmpty();
  }

  @Test
  void page_by_page_every_upload_comes_once() throws Exception {
    for (int i = 0; i < 7; i++) {
      stored("u" + i, i / 2); // some at the same moment
    }
    var all = new ArrayList<String>();
    String cursor = "";
    int pages = 0;
    do {
      var response = service.send("GET", "/status?limit=3" + cursor);
      all.addAll(names(response));
      String next = new JsonObject(response.body()).getString("nextCursor");
      cursor = next == null ? "" : "&cursor=" + next;
      pages++;
    } while (!cursor.isEmpty());
    assertThat(pages).isEqualTo(3);
    assertThat(all).containsExactly("u6", "u4", "u5", "u2", "u3", "u0", "u1");
  }

  @Test
  void what_has_expired_is_left_out_and_so_is_what_the_list_names_in_vain() throws Exception {
    stored("a", 1);
    service.wallClock.set(Records.EXPIRY.minusSeconds(1));
    assertThat(names(service.send("GET", "/status"))).containsExactly("a");
    service.wallClock.set(Records.EXPIRY);
    assertThat(names(service.send("GET", "/status"))).isEmpty();
  }

  @Test
  void who_creates_an_upload_here_sees_it_in_the_list_however_late_the_index_is() throws Exception {
    stored("old", 1);
    service.table.list(id("new"), false);
    service.hub.put(stored("new", 2));
    assertThat(names(service.send("GET", "/status"))).containsExactly("new", "old");
    service.table.list(id("new"), true);
    assertThat(names(service.send("GET", "/status"))).containsExactly("new", "old");
  }

  @Test
  void while_the_board_is_whole_a_second_look_reads_no_record() throws Exception {
    for (int i = 0; i < 30; i++) {
      stored("u" + i, i);
    }
    service.send("GET", "/status?limit=30");
    assertThat(service.table.reads()).isEqualTo(30);
    assertThat(names(service.send("GET", "/status?limit=30"))).hasSize(30);
    assertThat(service.table.reads()).isEqualTo(30);
    assertThat(service.table.requests()).hasSize(30);
  }

  @Test
  void picks_are_the_callers_own_each_once_and_the_rest_is_left_out() throws Exception {
    stored("a", 1);
    stored("b", 2);
    stored("c", 3);
    service.table.write(Records.created(id("foreign"), MALLORY, 4));
    var response =
        service.send(
            "GET", "/status?uploadId=a&uploadId=foreign&uploadId=c&uploadId=nowhere&uploadId=a");
    assertThat(names(response)).containsExactly("c", "a");
    assertThat(service.table.lists()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "limit=0",
        "limit=101",
        "limit=x",
        "limit=1&limit=2",
        "cursor=nonsense",
        "cursor=MjAyNS0wMS0wOVQxMDowMDowMFovYSBi",
        "cursor=LTk5OTktMDEtMDFUMDA6MDA6MDBaL2E",
        "uploadId=a&limit=5",
        "uploadId=a&cursor=x",
      })
  void what_cannot_be_asked_is_a_bad_request(String query) throws Exception {
    var response = service.send("GET", "/status?" + query);
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).contains("\"INVALID_REQUEST\"");
  }

  @Test
  void picks_are_a_hundred_at_most_and_upload_ids() throws Exception {
    String hundred =
        IntStream.range(0, 100).mapToObj(i -> "uploadId=u" + i).collect(Collectors.joining("&"));
    assertThat(service.send("GET", "/status?" + hundred).statusCode()).isEqualTo(200);
    assertThat(service.send("GET", "/status?" + hundred + "&uploadId=more").statusCode())
        .isEqualTo(400);
    assertThat(service.send("GET", "/status?uploadId=a%20b").body())
        .contains("\"INVALID_UPLOAD_ID\"");
  }

  @Test
  void a_table_that_is_away_is_said_so() throws Exception {
    service.table.fail(true);
    for (String accept : List.of("application/json", "text/event-stream")) {
      var response = service.send("GET", "/status", "Accept", accept);
      assertThat(response.statusCode()).isEqualTo(503);
      assertThat(response.body()).contains("\"DATABASE_UNAVAILABLE\"");
      assertThat(response.headers().firstValue("Retry-After")).isPresent();
    }
    assertThat(service.streams.counters().open()).isZero();
    assertThat(service.hub.watchedOwners()).isZero();
  }

  @Test
  void a_stream_has_no_pages() throws Exception {
    var response = service.send("GET", "/status?limit=5", "Accept", "text/event-stream");
    assertThat(response.statusCode()).isEqualTo(400);
  }

  @Test
  void a_stream_shows_each_upload_its_changes_and_those_that_are_created_later() throws Exception {
    ProcessingStatus a = stored("a", 1);
    service.table.write(completed(upload("over", 2)));
    service.table.write(Records.created(id("foreign"), MALLORY, 3));
    try (var stream = stream("")) {
      untilSeen(stream, "over2 a1");
      service.write(processing(a));
      untilSeen(stream, "a2");
      service.write(Records.created(id("foreign2"), MALLORY, 4));
      ProcessingStatus b = upload("b", 5);
      service.write(b);
      untilSeen(stream, "b1");
      service.write(completed(processing(b)));
      untilSeen(stream, "b3");
      service.write(completed(processing(a)));
      untilSeen(stream, "a3");
      assertThat(seen(stream)).isEqualTo("over2 a1 a2 b1 b3 a3");
      assertThat(stream.events()).allSatisfy(event -> assertThat(event.id()).isEmpty());
      assertThat(stream.response().headers().firstValue("Content-Type"))
          .contains("text/event-stream; charset=utf-8");
      assertThat(service.hub.watchedOwners()).isEqualTo(1);
    }
    LiveService.eventually(() ->
        service.hub.watchedOwners() == 0
            && service.hub.watchedUploads() == 0
            && service.streams.counters().open() == 0);
  }

  @Test
  void an_upload_that_is_created_while_the_list_is_read_is_not_missed() throws Exception {
    service.table.hold();
    try (var stream = stream("")) {
      LiveService.eventually(() -> service.table.lists() == 1);
      service.write(upload("meanwhile", 1));
      service.table.release();
      untilSeen(stream, "meanwhile1");
    }
  }

  @Test
  void what_was_created_just_before_and_is_listed_late_appears_when_it_is() throws Exception {
    service.table.list(id("late"), false);
    stored("late", 1); // another node created it, before anybody watched its owner here
    try (var stream = stream("")) {
      LiveService.eventually(() -> service.hub.watchedOwners() == 1);
      service.table.list(id("late"), true);
      untilSeen(stream, "late1");
    }
  }

  @Test
  void picks_end_with_done_when_all_are_over() throws Exception {
    ProcessingStatus a = stored("a", 1);
    service.table.write(completed(upload("over", 2)));
    try (var stream = stream("?uploadId=a&uploadId=over&uploadId=nowhere")) {
      untilSeen(stream, "over2");
      service.write(upload("later", 3));
      service.write(completed(a));
      assertThat(seen(stream.awaitEnd(10))).isEqualTo("a1 over2 a2 done");
    }
  }

  @Test
  void the_end_of_one_life_ends_not_the_stream() throws Exception {
    stored("a", 1);
    service.table.write(completed(upload("over", 2)));
    try (var stream = stream("")) {
      untilSeen(stream, "over2 a1");
      service.wallClock.set(Records.EXPIRY);
      LiveService.eventually(
          () -> seen(stream).contains("expireda") && seen(stream).contains("expiredover"));
      assertThat(service.streams.counters().open()).isEqualTo(1);
    }
  }

  @Test
  void a_drain_ends_it_with_a_pause_to_come_back_after() throws Exception {
    stored("a", 1);
    try (var stream = stream("")) {
      untilSeen(stream, "a1");
      service.streams.drain(Duration.ofMillis(100)).await();
      assertThat(seen(stream.awaitEnd(10))).isEqualTo("a1");
    }
  }

  @Test
  void HEAD_of_a_stream_is_its_head() throws Exception {
    var response = service.send("HEAD", "/status", "Accept", "text/event-stream");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type"))
        .contains("text/event-stream; charset=utf-8");
    assertThat(service.streams.counters().open()).isZero();
  }

  @Test
  void the_list_is_one_json_document_with_all_its_records() throws Exception {
    for (int i = 0; i < 100; i++) {
      stored("u" + i, i);
    }
    JsonArray uploads =
        new JsonObject(service.send("GET", "/status?limit=100").body()).getJsonArray("uploads");
    assertThat(uploads).hasSize(100);
  }
}
