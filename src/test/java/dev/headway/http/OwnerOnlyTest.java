package dev.headway.http;

import static dev.headway.hub.Records.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.StreamClient;
import dev.headway.api.RefusalTime;
import dev.headway.hub.Records;
import dev.headway.status.UploadId;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is somebody else's, what there never was and what has expired: for each call the same
 * answer, by the same number of reads. {@code ./headway bench timing} measures the time.
 */
class OwnerOnlyTest {
  // Ids of one length, so that nothing else differs either.
  private static final UploadId FOREIGN = id("upload-1");
  private static final UploadId UNKNOWN = id("upload-2");
  private static final UploadId EXPIRED = id("upload-3");
  private static final String JSON = "application/json";
  private static final String STREAM = "text/event-stream";

  /** One way to ask for an upload; {@code ID} in the path stands for it. */
  private record Call(String method, String path, List<String> headers) {
    Call(String method, String path, String... headers) {
      this(method, path, List.of(headers));
    }

    @Override
    public String toString() {
      return method + " " + path + " " + String.join(" ", headers);
    }
  }

  private static final List<Call> CALLS =
      List.of(
          new Call("GET", "/status/ID", "Accept", JSON),
          new Call("HEAD", "/status/ID", "Accept", JSON),
          new Call("GET", "/status/ID", "If-None-Match", "\"1\""),
          new Call("GET", "/status/ID", "If-None-Match", "\"1\"", "Prefer", "wait=20"),
          new Call("GET", "/status/ID", "If-None-Match", "\"900\""),
          new Call("GET", "/status/ID", "Accept", STREAM),
          new Call("HEAD", "/status/ID", "Accept", STREAM),
          new Call("GET", "/status/ID", "Accept", STREAM, "Last-Event-ID", "1"),
          new Call("GET", "/status/ID/events"),
          new Call("GET", "/status/ID/events?lastEventId=900"),
          new Call("GET", "/status?uploadId=ID", "Accept", JSON),
          new Call("GET", "/status?uploadId=ID", "Accept", STREAM),
          new Call("POST", "/status/ID/cancel"),
          new Call("POST", "/status/ID/ticket"));

  @TempDir private Path page;
  private LiveService service;
  private int askers;

  @BeforeEach
  void start() throws Exception {
    Files.writeString(page.resolve("index.html"), "<!doctype html><title>Headway</title>");
    service = new LiveService(page);
    service.write(Records.processing(FOREIGN, 3));
    service.write(Records.expiring(EXPIRED, 3, Records.NOW.minusSeconds(1)));
  }

  @AfterEach
  void stop() {
    service.close();
  }

  /** What somebody who has never asked before sees of an answer, and what it cost. */
  private Map<String, Object> seen(Call call, UploadId id) throws Exception {
    var headers = new ArrayList<>(call.headers());
    headers.addAll(List.of("Authorization", "Bearer mallory-" + askers++));
    int before = service.table.requests().size();
    HttpResponse<String> answer =
        service.send(
            call.method(), call.path().replace("ID", id.value()), headers.toArray(String[]::new));
    var all = new TreeMap<String, Object>(answer.headers().map());
    all.remove("x-request-id");
    all.put("status", answer.statusCode());
    all.put("body", answer.body().replace(id.value(), "ID").replaceFirst("retry: \\d+", "retry"));
    all.put("reads", service.table.requests().size() - before);
    return all;
  }

  @Test
  void each_call_says_the_same_of_them_and_costs_the_same() throws Exception {
    try (var owner =
        StreamClient.open(
            service.http, service.uri("/status/" + FOREIGN), "owner", Map.of(), event -> {})) {
      LiveService.eventually(() -> !owner.events().isEmpty()); // watched, and so in memory
      for (Call call : CALLS) {
        Map<String, Object> unknown = seen(call, UNKNOWN);
        assertThat(seen(call, FOREIGN)).as(call.toString()).isEqualTo(unknown);
        assertThat(seen(call, EXPIRED)).as(call.toString()).isEqualTo(unknown);
        assertThat(unknown.get("reads")).as(call.toString()).isEqualTo(1);
        if (!call.path().startsWith("/status?")) {
          assertThat(unknown.get("status")).as(call.toString()).isEqualTo(404);
        }
      }
    }
  }

  @Test
  void who_asks_again_at_once_is_answered_from_memory_of_all_three() throws Exception {
    for (UploadId id : List.of(UNKNOWN, FOREIGN, EXPIRED)) {
      String path = "/status/" + id;
      service.send("GET", path, "Authorization", "Bearer mallory");
      int before = service.table.requests().size();
      for (int i = 0; i < 3; i++) {
        var again = service.send("GET", path, "Authorization", "Bearer mallory");
        assertThat(again.statusCode()).isEqualTo(404);
      }
      assertThat(service.table.requests()).hasSize(before);
    }
  }

  @Test
  void a_refusal_takes_a_step_of_time_and_an_answer_does_not_wait_for_one() throws Exception {
    service.send("GET", "/status/" + FOREIGN); // a connection is there
    long from = System.nanoTime();
    service.send("GET", "/status/" + UNKNOWN);
    assertThat(System.nanoTime() - from).isGreaterThanOrEqualTo(RefusalTime.STEP.toNanos());
  }
}
