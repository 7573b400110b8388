package dev.headway.cli;

import static dev.headway.cli.FakeService.event;
import static dev.headway.cli.FakeService.json;
import static dev.headway.cli.FakeService.problem;
import static dev.headway.cli.FakeService.record;
import static dev.headway.cli.FakeService.stream;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WatchCommandTest {
  private FakeService service;
  private final Scene scene = new Scene();

  @BeforeEach
  void start() throws IOException {
    service = new FakeService();
  }

  @AfterEach
  void stop() {
    service.close();
  }

  private int watch() throws InterruptedException {
    return scene.watch(FakeService.ID, "--url", service.url());
  }

  @Test
  void a_stream_that_is_cut_is_resumed_after_the_version_that_was_seen_last() throws Exception {
    service.status(
        stream("retry: 1234\n\n", event(7, "processing", 3), "id: 8\nevent: status\ndata: {\"upl"),
        stream(": nothing new\n\n", event(8, "completed", 10)));

    assertThat(watch()).isZero();

    assertThat(service.askedForStatus())
        .extracting(a -> a.header("Accept"), a -> a.header("Last-event-id"))
        .containsExactly(tuple("text/event-stream", ""), tuple("text/event-stream", "7"));
    assertThat(scene.pauses).containsExactly(Duration.ZERO, Duration.ofMillis(1234));
  }

  @Test
  void a_service_that_does_not_stream_is_polled_every_two_seconds() throws Exception {
    service.status(
        problem(406, "NOT_ACCEPTABLE", "No streams here.", Map.of()),
        json(200, record(7, "processing", 3)),
        json(304, "", "application/json", Map.of("Retry-After", "5")),
        json(200, record(8, "completed", 10)));

    assertThat(watch()).isZero();

    assertThat(service.askedForStatus())
        .extracting(a -> a.header("Accept") + a.header("If-none-match"))
        .containsExactly(
            "text/event-stream",
            "application/json",
            "application/json\"7\"",
            "application/json\"7\"");
    assertThat(scene.pauses)
        .containsExactly(
            Duration.ZERO, Duration.ZERO, Duration.ofSeconds(2), Duration.ofSeconds(5));
    assertThat(scene.out().lines())
        .containsExactly(
            "30.0 %  processing leads  3/10 batches  30/100 leads",
            "100.0 %  completed  10/10 batches  100/100 leads",
            "Completed: 100 leads, 99 new and 1 known before.");
  }

  @Test
  void streams_that_bring_nothing_three_times_give_way_to_polls() throws Exception {
    var nothing = stream("retry: 10\n\nevent: unavailable\ndata: {}\n\n");
    service.status(nothing, nothing, nothing, json(200, record(8, "completed", 10)));

    assertThat(watch()).isZero();

    assertThat(service.askedForStatus())
        .extracting(a -> a.header("Accept"))
        .containsExactly(
            "text/event-stream", "text/event-stream", "text/event-stream", "application/json");
  }

  @Test
  void a_stream_that_goes_silent_is_left() throws Exception {
    service.status(
        service.silentStream("retry: 500\n\n" + event(7, "processing", 3)),
        stream(event(8, "completed", 10)));

    assertThat(watch()).isZero();

    assertThat(service.askedForStatus()).hasSize(2);
  }

  @Test
  void the_same_state_in_other_words_is_no_second_line_and_an_older_version_none_at_all()
      throws Exception {
    service.status(
        stream(
            event(7, "processing", 3),
            event(8, "processing", 3),
            event(6, "processing", 2),
            event(9, "completed", 10)));

    assertThat(watch()).isZero();

    assertThat(scene.out().lines()).hasSize(3).noneMatch(line -> line.contains("20.0 %"));
  }

  @Test
  void an_end_that_is_known_already_is_shown_at_once() throws Exception {
    service.status(
        exchange -> exchange.sendResponseHeaders(204, -1), json(200, record(9, "cancelled", 3)));

    assertThat(watch()).isEqualTo(1);
  }

  @Test
  void a_service_that_is_busy_is_asked_again_when_it_said() throws Exception {
    service.status(
        problem(503, "DRAINING", "Back soon.", Map.of("Retry-After", "7")),
        problem(429, "RATE_LIMITED", "Slowly.", Map.of("Retry-After", "3")),
        stream(event(8, "completed", 10)));

    assertThat(watch()).isZero();

    assertThat(scene.pauses)
        .containsExactly(Duration.ZERO, Duration.ofSeconds(7), Duration.ofSeconds(3));
  }

  @Test
  void a_service_that_stays_busy_is_given_up() throws Exception {
    service.status(problem(503, "DATABASE_UNAVAILABLE", "No database.", Map.of()));

    assertThat(watch()).isEqualTo(3);

    assertThat(scene.err())
        .isEqualTo("headway: The service refused: No database. (503 DATABASE_UNAVAILABLE).\n");
    assertThat(scene.pauses.stream().reduce(Duration.ZERO, Duration::plus))
        .isBetween(Duration.ofSeconds(60), Duration.ofSeconds(75));
  }

  @Test
  void a_service_that_vanishes_is_waited_for_and_then_given_up() throws Exception {
    service.status(exchange -> {
      stream(event(7, "processing", 3)).to(exchange);
      Thread.ofVirtual().start(service::close);
    });

    assertThat(watch()).isEqualTo(3);

    assertThat(scene.err()).contains("cannot be reached: ");
    assertThat(scene.pauses.stream().reduce(Duration.ZERO, Duration::plus))
        .isBetween(Duration.ofSeconds(60), Duration.ofSeconds(75));
  }

  @Test
  void an_upload_that_nobody_knows_exits_with_3() throws Exception {
    service.status(problem(404, "UPLOAD_NOT_FOUND", "There is no such upload.", Map.of()));

    assertThat(watch()).isEqualTo(3);

    assertThat(scene.err())
        .isEqualTo(
            "headway: The service refused: There is no such upload. (404 UPLOAD_NOT_FOUND).\n");
  }

  @Test
  void a_record_that_expires_meanwhile_exits_with_3() throws Exception {
    service.status(stream(event(7, "processing", 3), "event: expired\ndata: {}\n\n"));

    assertThat(watch()).isEqualTo(3);

    assertThat(scene.err())
        .isEqualTo("headway: The status of this upload has expired and is gone.\n");
  }

  @Test
  void every_attempt_has_a_new_token() throws Exception {
    service.status(stream(event(7, "processing", 3)), stream(event(8, "completed", 10)));

    assertThat(watch()).isZero();

    assertThat(scene.tokensFor).hasSize(2);
  }

  @Test
  void before_somebodys_eyes_one_line_is_drawn_again_in_its_place() throws Exception {
    var eyes = new Scene(true, Map.of());
    service.status(
        stream(event(7, "processing", 3), event(8, "processing", 5), event(9, "completed", 10)));

    assertThat(eyes.watch(FakeService.ID, "--url", service.url())).isZero();

    String[] drawn = eyes.out().split("\r", -1);
    assertThat(drawn).hasSize(4);
    assertThat(drawn[1]).startsWith("[███████░░░░░░░░░░░░░░░░░]  30.0 %").endsWith("\u001b[K");
    assertThat(drawn[3]).endsWith("\u001b[K\nCompleted: 100 leads, 99 new and 1 known before.\n");
    assertThat(drawn).allMatch(part -> part.lines().limit(1).allMatch(l -> l.length() < 60 + 3));
  }

  @Test
  void an_id_that_cannot_be_one_is_no_request() throws Exception {
    assertThat(scene.watch("../admin", "--url", service.url())).isEqualTo(2);
    assertThat(scene.err()).startsWith("headway: An upload id is 1 to 255 of A-Z a-z 0-9 _ and -.");
    assertThat(service.asked()).isEmpty();
  }
}
