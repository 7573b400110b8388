package dev.headway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.api.ProblemCode;
import dev.headway.api.Samples;
import dev.headway.api.StatusJson;
import dev.headway.status.ProcessingStatus;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StatusRoutesTest extends ServiceTest {
  private static final String STATUS = "/status/" + Samples.ID;

  @Test
  void a_poll_gets_the_record() {
    service.age.set(Duration.ofMillis(2500));
    HttpResponse<String> response = service.send("GET", STATUS);
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body())
        .isEqualTo(
            new String(new StatusJson().encode(Samples.processing(17)), StandardCharsets.UTF_8));
    assertHeader(response, "Content-Type", "application/json");
    assertHeader(response, "ETag", "\"17\"");
    assertHeader(response, "Cache-Control", "private, no-cache");
    assertHeader(response, "Retry-After", "2");
    assertHeader(response, "Age", "2");
    assertHeader(response, "Vary", "Accept, Prefer, Origin");
    assertHeader(response, "X-Content-Type-Options", "nosniff");
    assertThat(response.headers().firstValue("X-Request-Id")).isPresent();
    assertThat(service.events).containsExactly("read 0");
  }

  @Test
  void a_poll_with_the_current_version_gets_304() {
    HttpResponse<String> response = service.send("GET", STATUS, "If-None-Match", "\"3\", W/\"17\"");
    assertThat(response.statusCode()).isEqualTo(304);
    assertThat(response.body()).isEmpty();
    assertHeader(response, "ETag", "\"17\"");
    assertHeader(response, "Retry-After", "2");
    assertThat(response.headers().firstValue("Content-Type")).isEmpty();
    assertThat(service.events).containsExactly("read 17");
  }

  @Test
  void a_validator_asks_for_at_least_its_version() {
    HttpResponse<String> response = service.send("GET", STATUS, "If-None-Match", "\"300\"");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(service.events).containsExactly("read 300");
  }

  @Test
  void HEAD_gets_what_GET_gets_without_the_body() {
    HttpResponse<String> get = service.send("GET", STATUS);
    HttpResponse<String> head = service.send("HEAD", STATUS);
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
    assertThat(comparable(head)).isEqualTo(comparable(get));
    String raw =
        service.raw(
            "HEAD "
                + STATUS
                + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: "
                + TestService.ALICE
                + "\r\n\r\n");
    assertThat(raw).startsWith("HTTP/1.1 200").endsWith("\r\n\r\n");
  }

  @Test
  void who_accepts_an_event_stream_gets_one() {
    HttpResponse<String> response =
        service.send("GET", STATUS, "Accept", "text/event-stream", "Last-Event-ID", "16");
    assertHeader(response, "Content-Type", "text/event-stream; charset=utf-8");
    assertHeader(response, "Vary", "Accept, Prefer, Origin");
    assertThat(service.events)
        .containsExactly("read 16", "open 17 after 16 to 2025-01-09T11:02:30Z");
  }

  @Test
  void the_alias_streams_whatever_is_accepted() {
    service.send("GET", STATUS + "/events?lastEventId=5", "Accept", "application/json");
    assertThat(service.events).containsExactly("read 5", "open 17 after 5 to 2025-01-09T11:02:30Z");
  }

  @Test
  void a_browser_that_follows_a_link_gets_JSON() {
    HttpResponse<String> response =
        service.send("GET", STATUS, "Accept", "text/html,application/xml;q=0.9,*/*;q=0.8");
    assertHeader(response, "Content-Type", "application/json");
  }

  @Test
  void who_accepts_neither_gets_406() {
    HttpResponse<String> response = service.send("GET", STATUS, "Accept", "text/html");
    assertProblem(response, ProblemCode.NOT_ACCEPTABLE);
    assertHeader(response, "Vary", "Accept, Prefer, Origin");
  }

  @Test
  void unknown_foreign_and_expired_uploads_look_the_same() {
    HttpResponse<String> foreign =
        service.send("GET", STATUS, "Authorization", TestService.MALLORY);
    HttpResponse<String> foreignStream =
        service.send(
            "GET", STATUS, "Authorization", TestService.MALLORY, "Accept", "text/event-stream");
    HttpResponse<String> foreignCancel =
        service.send("POST", STATUS + "/cancel", "Authorization", TestService.MALLORY);
    service.records.clear();
    HttpResponse<String> unknown = service.send("GET", STATUS);
    HttpResponse<String> unknownCancel = service.send("POST", STATUS + "/cancel");
    service.records.put(Samples.ID, expired());
    HttpResponse<String> expired = service.send("GET", STATUS);

    assertProblem(unknown, ProblemCode.UPLOAD_NOT_FOUND);
    assertThat(List.of(foreign, foreignStream, expired))
        .allSatisfy(response -> {
          assertThat(response.body()).isEqualTo(unknown.body());
          assertThat(comparable(response)).isEqualTo(comparable(unknown));
        });
    assertThat(foreignCancel.body()).isEqualTo(unknownCancel.body());
    assertThat(comparable(foreignCancel)).isEqualTo(comparable(unknownCancel));
    assertThat(service.events).noneMatch(event -> event.startsWith("open"));
  }

  private static ProcessingStatus expired() {
    ProcessingStatus r = Samples.processing(17);
    return new ProcessingStatus(
        r.uploadId(),
        r.ownerId(),
        r.version(),
        r.status(),
        r.stage(),
        r.progress(),
        r.file(),
        r.stalled(),
        r.error(),
        r.createdAt(),
        r.updatedAt(),
        Samples.NOW,
        r.deadline(),
        r.pace());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/status/",
        "/status/a%2Fb",
        "/status/a%20b",
        "/status/%C3%BC",
        "/status/a.b",
        "/status/..",
        "/status/%2e%2e",
        "/status/../leads",
        "/status/..%2f..%2fetc",
        "/status//events",
        "/status/%00",
        "/status/a%0d%0aX-Injected:1",
        "/status/a$b/events",
      })
  void an_id_that_is_none_is_a_bad_request(String path) {
    HttpResponse<String> response = service.send("GET", path);
    assertProblem(response, ProblemCode.INVALID_UPLOAD_ID);
    assertThat(response.headers().firstValue("X-Injected")).isEmpty();
    assertThat(service.events).isEmpty();
  }

  @Test
  void an_id_of_255_characters_is_looked_up_and_one_of_256_is_not() {
    assertProblem(service.send("GET", "/status/" + "a".repeat(255)), ProblemCode.UPLOAD_NOT_FOUND);
    assertProblem(service.send("GET", "/status/" + "a".repeat(256)), ProblemCode.INVALID_UPLOAD_ID);
    assertProblem(
        service.send("POST", "/status/" + "a".repeat(256) + "/cancel"),
        ProblemCode.INVALID_UPLOAD_ID);
  }

  @Test
  void a_database_that_is_away_is_said_so_and_nothing_else() {
    service.readFailure.set(Optional.of(new IllegalStateException("table arn:aws:secret")));
    for (HttpResponse<String> response :
        List.of(service.send("GET", STATUS), service.send("GET", STATUS + "/events"))) {
      assertProblem(response, ProblemCode.DATABASE_UNAVAILABLE);
      assertHeader(response, "Retry-After", "5");
      assertThat(response.body()).doesNotContain("arn", "secret", "IllegalState");
    }
  }
}
