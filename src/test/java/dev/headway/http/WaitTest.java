package dev.headway.http;

import static dev.headway.http.LiveService.eventually;
import static dev.headway.hub.Records.completed;
import static dev.headway.hub.Records.id;
import static dev.headway.hub.Records.processing;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.hub.Records;
import dev.headway.status.UploadId;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Polls that would rather wait for news. */
class WaitTest {
  private static final UploadId A = id("a");
  private static final String STATUS = "/status/a";

  @TempDir private Path page;
  private LiveService service;

  @BeforeEach
  void start() throws Exception {
    Files.writeString(page.resolve("index.html"), "<!doctype html><title>Headway</title>");
    service = new LiveService(page);
    service.table.write(processing(A, 17));
  }

  @AfterEach
  void stop() {
    service.close();
  }

  /** A poll that is held by now. */
  private CompletableFuture<HttpResponse<String>> waiting(String method, int seconds) {
    var answer =
        service.ask(method, STATUS, "If-None-Match", "W/\"17\"", "Prefer", "wait=" + seconds);
    eventually(() -> service.polls.open() == 1 || answer.isDone());
    assertThat(answer).isNotDone();
    return answer;
  }

  private static void assertApplied(HttpResponse<String> answer, int seconds) {
    assertThat(answer.headers().firstValue("Preference-Applied")).contains("wait=" + seconds);
    assertThat(answer.headers().firstValue("Retry-After")).isEmpty();
    assertThat(answer.headers().firstValue("Vary")).contains("Accept, Prefer, Origin");
  }

  private static void assertNotApplied(HttpResponse<String> answer) {
    assertThat(answer.headers().firstValue("Preference-Applied")).isEmpty();
    assertThat(answer.headers().firstValue("Retry-After")).contains("2");
  }

  private void assertNobodyWaits() {
    eventually(() -> service.polls.open() == 0 && service.hub.watchedUploads() == 0);
  }

  @Test
  void a_poll_that_waits_is_answered_as_soon_as_the_version_moves() throws Exception {
    var answer = waiting("GET", 20);
    service.write(processing(A, 18));
    var response = answer.get(10, TimeUnit.SECONDS);
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).contains("\"version\":18");
    assertThat(response.headers().firstValue("ETag")).contains("\"18\"");
    assertThat(response.headers().firstValue("Age")).isPresent();
    assertApplied(response, 20);
    assertThat(service.table.reads()).isEqualTo(1); // the first look; the news came from memory
    assertNobodyWaits();
  }

  @Test
  void the_terminal_version_ends_a_wait_too() throws Exception {
    var answer = waiting("GET", 20);
    service.write(completed(A, 18));
    assertThat(answer.get(10, TimeUnit.SECONDS).body()).contains("\"status\":\"completed\"");
  }

  @Test
  void when_the_time_is_up_the_answer_is_304() throws Exception {
    var response =
        service.send("GET", STATUS, "If-None-Match", "\"17\"", "Prefer", "respond-async, wait=1");
    assertThat(response.statusCode()).isEqualTo(304);
    assertThat(response.body()).isEmpty();
    assertApplied(response, 1);
    assertNobodyWaits();
  }

  @Test
  void nobody_waits_for_more_than_a_minute() throws Exception {
    var answer = waiting("GET", 3600);
    service.write(processing(A, 18));
    assertApplied(answer.get(10, TimeUnit.SECONDS), 60);
  }

  @Test
  void HEAD_waits_as_GET_does() throws Exception {
    var answer = waiting("HEAD", 20);
    service.write(processing(A, 18));
    var response = answer.get(10, TimeUnit.SECONDS);
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEmpty();
    assertThat(response.headers().firstValue("ETag")).contains("\"18\"");
    assertApplied(response, 20);
  }

  @Test
  void who_is_behind_is_answered_at_once() throws Exception {
    var response = service.send("GET", STATUS, "If-None-Match", "\"16\"", "Prefer", "wait=20");
    assertThat(response.statusCode()).isEqualTo(200);
    assertApplied(response, 20);
  }

  @Test
  void who_has_nothing_yet_is_answered_at_once_as_any_poll() throws Exception {
    var response = service.send("GET", STATUS, "Prefer", "wait=20");
    assertThat(response.statusCode()).isEqualTo(200);
    assertNotApplied(response);
  }

  @Test
  void nobody_waits_for_what_is_over() throws Exception {
    service.table.write(completed(A, 17));
    var response = service.send("GET", STATUS, "If-None-Match", "\"17\"", "Prefer", "wait=20");
    assertThat(response.statusCode()).isEqualTo(304);
    assertApplied(response, 20);
  }

  @Test
  void somebody_elses_upload_is_not_waited_for() throws Exception {
    var response =
        service.send(
            "GET",
            STATUS,
            "If-None-Match",
            "\"17\"",
            "Prefer",
            "wait=20",
            "Authorization",
            "Bearer mallory");
    assertThat(response.statusCode()).isEqualTo(404);
  }

  @Test
  void the_end_of_a_records_life_ends_the_wait_with_404() throws Exception {
    var answer = waiting("GET", 60);
    service.wallClock.set(Records.EXPIRY);
    assertThat(answer.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(404);
    assertNobodyWaits();
  }

  @Test
  void a_poller_that_leaves_is_waited_for_no_longer() {
    var answer = waiting("GET", 60);
    answer.cancel(true);
    assertNobodyWaits();
  }

  @Test
  void a_wait_is_not_longer_than_the_token_lives() throws Exception {
    service.tokenLife.set(Duration.ofSeconds(2));
    var response = waiting("GET", 60).get(10, TimeUnit.SECONDS);
    assertThat(response.statusCode()).isEqualTo(304);
    assertApplied(response, 60);
  }

  @Test
  void a_node_that_goes_down_answers_who_waits_and_holds_nobody_any_more() throws Exception {
    var answer = waiting("GET", 60);
    service.polls.drain();
    var response = answer.get(10, TimeUnit.SECONDS);
    assertThat(response.statusCode()).isEqualTo(304);
    assertNotApplied(response);
    assertNotApplied(service.send("GET", STATUS, "If-None-Match", "\"17\"", "Prefer", "wait=60"));
  }
}
