package dev.headway.http;

import dev.headway.api.AcceptedUpload;
import dev.headway.api.Samples;
import dev.headway.contract.WireTap;
import dev.headway.fuzz.FuzzTarget;
import dev.headway.fuzz.Mutation;
import dev.headway.status.Status;
import dev.headway.status.UploadId;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/**
 * Any bytes on a connection are answered like a request, or cut off. No answer is a fault of ours,
 * a refusal is a problem document, nothing from inside is told, and the next request is answered as
 * if nothing had been.
 */
public final class RequestFuzz implements FuzzTarget<byte[]> {
  private static final Pattern INSIDE =
      Pattern.compile(
          "Exception|java[.]|io[.]vertx|netty|dev[.]headway|\\(\\w+\\.java|/home/|/tmp/");

  private static final List<String> METHODS =
      List.of("GET", "GET", "GET", "HEAD", "POST", "POST", "OPTIONS", "DELETE", "TRACE", "get");
  private static final List<String> PATHS =
      List.of(
          "/",
          "/index.html",
          "/status",
          "/status/" + Samples.ID,
          "/status/" + Samples.ID + "/events",
          "/status/" + Samples.ID + "/cancel",
          "/status/x",
          "/uploads",
          "/uploads",
          "/leads",
          "/settings.json",
          "/metrics",
          "/health/ready",
          "/%2e%2e/x",
          "http://x/status",
          "*");
  private static final List<String> QUERIES =
      List.of(
          "",
          "",
          "",
          "?",
          "?limit=1",
          "?limit=-1",
          "?limit=1&limit=2",
          "?cursor=abc",
          "?q=%C3%BC",
          "?q=%ff",
          "?q=%",
          "?sort=createdAt",
          "?uploadId=a&uploadId=b",
          "?lastEventId=99999999999",
          "?lastEventId=-1",
          "?ticket=x",
          "?=&=&",
          "?a[]=1;b=2");
  private static final List<String> HEADERS =
      List.of(
          "Accept: text/event-stream",
          "Accept: application/json;q=0.5, text/event-stream;q=2, */*;q=-1",
          "Accept: text/csv",
          "Accept: ;;;,,,/",
          "Accept: text/html",
          "If-None-Match: \"17\", W/\"18\"",
          "If-None-Match: *",
          "If-None-Match: \"99999999999999999999\"",
          "If-None-Match: W/\"",
          "Prefer: wait=1",
          "Prefer: wait=-1, wait=999999999999, respond-async",
          "Prefer: wait",
          "Last-Event-ID: 17",
          "Last-Event-ID: -17",
          "Last-Event-ID: 9223372036854775808",
          "Last-Event-ID: \u00ff\u00fe",
          "Range: bytes=0-0,-1",
          "Origin: https://app.example.com",
          "Origin: null",
          "Access-Control-Request-Method: GET",
          "Expect: 100-continue",
          "Content-Type: application/json",
          "Content-Type: multipart/form-data; boundary=x",
          "Content-Encoding: gzip",
          "Transfer-Encoding: chunked",
          "Content-Length: 3",
          "Cookie: headway=x; a=\"b",
          "X-Forwarded-For: 1.2.3.4, ::1, x",
          "Upgrade: websocket",
          "Authorization: Bearer x.y.z",
          "Authorization: Basic eDp5",
          "Host: y");
  private static final List<String> BODIES =
      List.of(
          "{\"fileName\":\"a.csv\",\"fileSize\":1024,\"contentType\":\"text/csv\"}",
          "{\"fileName\":\"\\u0000\\ud800../x.xlsx\",\"fileSize\":1e3}",
          "{\"fileName\":\"a.csv\",\"fileSize\":99999999999999999999}",
          "[{\"fileName\":[[[[[[[[[[]]]]]]]]]]}]",
          "5\r\nhello\r\n0\r\n\r\n",
          "");

  private final TestService service;

  private RequestFuzz(TestService service) {
    this.service = service;
  }

  /** Starts the service that is asked. */
  public static RequestFuzz start() throws IOException {
    Path page = Files.createTempDirectory("fuzz-page-");
    Files.writeString(page.resolve("index.html"), "<!doctype html><title>Headway</title>");
    var service =
        new TestService(
            page,
            config ->
                config
                    .withLimits(RequestLimits.NONE)
                    .withPatience(Duration.ofSeconds(1), Duration.ofMillis(500)));
    WireTap.leaveOut(service.port());
    // Over, so that no stream and no wait goes on.
    service.records.put(
        Samples.ID, Samples.record(Samples.ID, Samples.ALICE, 17, Status.COMPLETED));
    // Beside it: an upload that is accepted must not take its place.
    var other = new UploadId("accepted");
    service.uploads.set((owner, upload) ->
        new AcceptedUpload(
            Samples.record(other, owner, 1, Status.COMPLETED),
            new AcceptedUpload.Target("PUT", URI.create("http://127.0.0.1/"), Map.of())));
    return new RequestFuzz(service);
  }

  @Override
  public String name() {
    return "request";
  }

  @Override
  public byte[] input(RandomGenerator random) {
    byte[] request = request(random).getBytes(StandardCharsets.ISO_8859_1);
    return random.nextInt(4) == 0 ? request : Mutation.of(request, random);
  }

  private static String request(RandomGenerator random) {
    String body = one(BODIES, random);
    var text = new StringBuilder();
    text.append(one(METHODS, random)).append(' ').append(one(PATHS, random));
    text.append(one(QUERIES, random)).append(" HTTP/1.").append(random.nextInt(10) == 0 ? 0 : 1);
    text.append("\r\nHost: localhost\r\n");
    if (random.nextInt(8) > 0) {
      text.append("Authorization: ").append(TestService.ALICE).append("\r\n");
    }
    int headers = random.nextInt(4);
    for (int i = 0; i < headers; i++) {
      text.append(one(HEADERS, random)).append("\r\n");
    }
    if (random.nextInt(5) > 0) {
      text.append("Content-Length: ").append(body.length()).append("\r\n");
    }
    return text.append("Connection: close\r\n\r\n").append(body).toString();
  }

  private static String one(List<String> all, RandomGenerator random) {
    return all.get(random.nextInt(all.size()));
  }

  @Override
  public void check(byte[] input) throws Exception {
    String answer;
    try (Wire wire = Wire.to(service.port())) {
      wire.offers(new String(input, StandardCharsets.ISO_8859_1));
      answer = wire.untilItsEnd();
    }
    require(!INSIDE.matcher(answer).find(), "something from inside", answer);
    for (int status : Wire.statuses(answer)) {
      // 501 is Netty's word for a version that nobody speaks.
      require(status == 100 || (status >= 200 && status < 500) || status == 501, "status", answer);
    }
    if (Wire.statuses(answer).size() == 1 && Wire.statuses(answer).getFirst() < 500) {
      requireProblem(answer, input);
    }
    goesOn();
  }

  /** Of a single answer, that a refusal is a problem document with the status that it has. */
  private static void requireProblem(String answer, byte[] input) {
    int status = Wire.statuses(answer).getFirst();
    int headEnd = answer.indexOf("\r\n\r\n");
    String head = answer.substring(0, headEnd);
    require(head.contains("X-Content-Type-Options: nosniff"), "may be sniffed", answer);
    String body = answer.substring(headEnd + 4);
    if (status < 400 || (body.isEmpty() && isHead(input))) {
      return;
    }
    require(head.contains("application/problem+json"), "no problem document", answer);
    try {
      require(new JsonObject(body).getInteger("status") == status, "another status", answer);
    } catch (DecodeException e) {
      throw new AssertionError("broken JSON: " + answer, e);
    }
  }

  private static boolean isHead(byte[] input) {
    return new String(input, StandardCharsets.ISO_8859_1).contains("HEAD");
  }

  private void goesOn() throws IOException {
    try (Wire wire = Wire.to(service.port())) {
      wire.send(
          "GET /status/%s HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: %s\r\n\r\n"
              .formatted(Samples.ID, TestService.ALICE));
      String answer = wire.untilItsEnd();
      require(
          answer.startsWith("HTTP/1.1 200 ") && answer.contains("\"version\":17"),
          "the next request",
          answer);
    }
  }

  private static void require(boolean holds, String what, String answer) {
    if (!holds) {
      throw new AssertionError(
          what + ": " + Mutation.show(answer.getBytes(StandardCharsets.UTF_8)));
    }
  }

  @Override
  public List<byte[]> smaller(byte[] input) {
    return Mutation.smaller(input);
  }

  @Override
  public String show(byte[] input) {
    return Mutation.show(input);
  }

  @Override
  public void close() {
    service.close();
  }
}
