package dev.headway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.api.NewUpload;
import dev.headway.api.ProblemCode;
import dev.headway.api.ProblemException;
import dev.headway.api.Samples;
import dev.headway.status.ProcessingStatus;
import dev.headway.status.Status;
import dev.headway.status.UploadId;
import dev.headway.status.WriteOutcome;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class WriteRoutesTest extends ServiceTest {
  private static final String STATUS = "/status/" + Samples.ID;

  @Test
  void a_cancellation_is_on_the_board_before_it_is_answered() {
    ProcessingStatus cancelled = Samples.record(Samples.ID, Samples.ALICE, 18, Status.CANCELLED);
    AtomicReference<String> thread = new AtomicReference<>();
    service.cancel.set(id -> {
      thread.set(Thread.currentThread().isVirtual() ? "virtual" : "platform");
      service.events.add("cancel " + id);
      return new WriteOutcome.Applied(cancelled);
    });
    HttpResponse<String> response = service.send("POST", STATUS + "/cancel");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(new JsonObject(response.body()).getString("status")).isEqualTo("cancelled");
    assertHeader(response, "ETag", "\"18\"");
    assertThat(service.events).containsExactly("read 0", "cancel " + Samples.ID, "put 18");
    assertThat(thread).hasValue("virtual");
  }

  @Test
  void a_cancellation_again_is_the_same_and_too_late_is_a_conflict() {
    ProcessingStatus cancelled = Samples.record(Samples.ID, Samples.ALICE, 18, Status.CANCELLED);
    service.cancel.set(id -> new WriteOutcome.Unchanged(cancelled));
    assertThat(service.send("POST", STATUS + "/cancel").statusCode()).isEqualTo(200);

    ProcessingStatus completed = Samples.record(Samples.ID, Samples.ALICE, 18, Status.COMPLETED);
    service.cancel.set(id -> new WriteOutcome.Unchanged(completed));
    assertProblem(service.send("POST", STATUS + "/cancel"), ProblemCode.CANNOT_CANCEL);
    assertThat(service.records.get(Samples.ID)).isEqualTo(completed); // known from now on
  }

  @ParameterizedTest
  @ValueSource(strings = {"zz\r\n{}\r\n", "ffffffffff\r\n{}\r\n"})
  void a_body_in_broken_chunks_is_its_senders_fault(String chunks) {
    String raw =
        service.raw(
            "POST /uploads HTTP/1.1\r\nHost: x\r\nAuthorization: "
                + TestService.ALICE
                + "\r\nTransfer-Encoding: chunked\r\n\r\n"
                + chunks);
    assertThat(raw).startsWith("HTTP/1.1 400").contains("INVALID_REQUEST");
  }

  @Test
  void nobody_cancels_anothers_upload() {
    service.cancel.set(id -> {
      throw new AssertionError("must not be tried");
    });
    assertProblem(
        service.send("POST", STATUS + "/cancel", "Authorization", TestService.MALLORY),
        ProblemCode.UPLOAD_NOT_FOUND);
  }

  @Test
  void a_write_that_the_database_refuses_is_an_outage() {
    service.cancel.set(id -> {
      throw new TestService.Outage();
    });
    HttpResponse<String> response = service.send("POST", STATUS + "/cancel");
    assertProblem(response, ProblemCode.DATABASE_UNAVAILABLE);
    assertThat(response.body()).doesNotContain("dynamodb", "AKIA");
  }

  @Test
  void a_fault_of_ours_shows_a_request_id_and_nothing_from_inside() {
    service.cancel.set(id -> {
      throw new IllegalStateException("secret of /home/app at 10.0.0.7");
    });
    HttpResponse<String> response = service.send("POST", STATUS + "/cancel");
    assertProblem(response, ProblemCode.INTERNAL_ERROR);
    assertThat(response.body()).doesNotContain("secret", "10.0.0.7", "IllegalState");
    assertThat(new JsonObject(response.body()).getString("requestId"))
        .isEqualTo(response.headers().firstValue("X-Request-Id").orElseThrow());
  }

  @Test
  void an_Error_of_a_port_is_answered_too() {
    service.cancel.set(id -> {
      throw new AssertionError("inside");
    });
    assertProblem(service.send("POST", STATUS + "/cancel"), ProblemCode.INTERNAL_ERROR);
  }

  @Test
  void an_upload_is_accepted_and_known_before_it_is_answered() {
    AtomicReference<NewUpload> asked = new AtomicReference<>();
    service.uploads.set((owner, upload) -> {
      asked.set(upload);
      return new dev.headway.api.AcceptedUpload(
          Samples.record(new UploadId("new-1"), owner, 1, Status.UPLOADING),
          new dev.headway.api.AcceptedUpload.Target(
              "PUT", java.net.URI.create("http://127.0.0.1:8083/k"), Map.of("h", "v")));
    });
    HttpResponse<String> response =
        service.post("/uploads", "{\"fileName\":\"l.csv\",\"fileSize\":5}");
    assertThat(response.statusCode()).isEqualTo(201);
    assertHeader(response, "Location", "/status/new-1");
    assertHeader(response, "Cache-Control", "no-store");
    JsonObject body = new JsonObject(response.body());
    assertThat(body.fieldNames()).containsExactly("uploadId", "upload", "status");
    assertThat(asked.get()).isEqualTo(new NewUpload("l.csv", 5, Optional.empty()));
    assertThat(service.events).containsExactly("put 1");
    assertThat(service.send("GET", "/status/new-1").statusCode()).isEqualTo(200);
  }

  @Test
  void a_body_labelled_as_a_form_is_read_as_JSON_all_the_same() {
    HttpResponse<String> response =
        service.post(
            "/uploads",
            "{\"fileName\":\"l.csv\",\"fileSize\":5}",
            "Content-Type",
            "application/x-www-form-urlencoded");
    assertThat(response.statusCode()).isEqualTo(201);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{", "[]", "{\"fileName\":\"a\",\"fileName\":\"b\",\"fileSize\":1}", "x"})
  void a_body_that_is_no_upload_is_refused(String body) {
    assertProblem(service.post("/uploads", body), ProblemCode.INVALID_REQUEST);
    assertProblem(service.send("POST", "/uploads"), ProblemCode.INVALID_REQUEST);
  }

  @Test
  void a_large_body_is_refused_whether_it_says_so_or_not() {
    String large = "{\"fileName\":\"" + "x".repeat(100_000) + "\"}";
    assertProblem(service.post("/uploads", large), ProblemCode.REQUEST_TOO_LARGE);
    String chunked =
        service.raw(
            "POST /uploads HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: "
                + TestService.ALICE
                + "\r\nTransfer-Encoding: chunked\r\n\r\n"
                + ("1000\r\n" + "x".repeat(4096) + "\r\n").repeat(8)
                + "0\r\n\r\n");
    assertThat(chunked).startsWith("HTTP/1.1 413").contains("REQUEST_TOO_LARGE");
  }

  @ParameterizedTest
  @EnumSource(
      names = {
        "FILE_TOO_LARGE",
        "INVALID_FILE_TYPE",
        "INVALID_REQUEST",
        "DATABASE_UNAVAILABLE",
        "RATE_LIMITED",
        "OVERLOADED",
        "DRAINING"
      })
  void what_a_port_refuses_is_answered_as_it_says(ProblemCode code) {
    service.uploads.set((owner, upload) -> {
      throw new ProblemException(code, "As it says.");
    });
    HttpResponse<String> response =
        service.post("/uploads", "{\"fileName\":\"l.csv\",\"fileSize\":5}");
    assertProblem(response, code);
    assertThat(new JsonObject(response.body()).getString("detail")).isEqualTo("As it says.");
    assertThat(response.headers().firstValue("Retry-After").isPresent())
        .isEqualTo(code.retryAfter().isPresent());
  }

  @Test
  void a_body_waits_while_its_caller_is_being_proved() {
    service.slowKeys.set(true);
    HttpResponse<String> response =
        service.post("/uploads", "{\"fileName\":\"l.csv\",\"fileSize\":5}");
    assertThat(response.statusCode()).isEqualTo(201);
    assertThat(response.body()).contains("http://127.0.0.1:8083/5");
    assertProblem(
        service.post("/uploads", "{}", "Authorization", "Bearer a.b.c"), ProblemCode.INVALID_TOKEN);
  }
}
