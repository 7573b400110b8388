package dev.headway.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** HTTP itself: its versions, HEAD and OPTIONS, other origins, what is no request. */
final class HttpChecks {
  private static final String READING = "Reading";
  private static final Set<String> CHANGING =
      Set.of("x-request-id", "date", "age", "connection", "via", "ratelimit", "ratelimit-policy");

  private HttpChecks() {}

  static List<Check> all() {
    return List.of(
        new Check(
            "http.head", READING, "HEAD answers as GET does, without the body", HttpChecks::head),
        new Check(
            "http.options", "Errors", "OPTIONS names the methods of a path", HttpChecks::options),
        new Check(
            "http.keep-alive",
            READING,
            "A connection serves polls one after the other",
            HttpChecks::keepAlive),
        new Check("http.1.0", READING, "HTTP/1.0 is answered", HttpChecks::http10),
        new Check(
            "http.2",
            READING,
            "Over TLS there is HTTP/2, for polls and streams",
            HttpChecks::http2),
        new Check(
            "http.malformed",
            "Errors",
            "What is no request is refused, and the connection closed",
            HttpChecks::malformed),
        new Check(
            "http.too-large", "Errors", "Headers without end are refused", HttpChecks::tooLarge),
        new Check(
            "cors.others",
            READING,
            "A page of any other origin may not read",
            HttpChecks::otherOrigins),
        new Check(
            "cors.allowed",
            READING,
            "A page of an allowed origin may ask and read",
            HttpChecks::allowedOrigin),
        new Check(
            "openapi.served",
            "Acting",
            "GET /openapi.json is the contract, for anybody",
            HttpChecks::openApi),
        new Check(
            "operations.health",
            "Acting",
            "Health says whether the service lives and is ready",
            HttpChecks::health));
  }

  private static void head(Probe probe) throws IOException {
    String path = "/status/" + probe.uploads().over(probe);
    for (String[] way :
        new String[][] {
          {path, "Accept", "application/json"},
          {path, "If-None-Match", "*"},
          {path, "Accept", "text/html"},
          {"/status/unknown-to-all", "Accept", "*/*"},
          {"/status", "Accept", "application/json"},
        }) {
      Answer get = probe.get(way[0], way[1], way[2]);
      Answer head = probe.send("HEAD", way[0], way[1], way[2]);
      probe.require(
          head.status() == get.status(), "HEAD is " + head.status() + ", GET " + get.status());
      probe.require(head.text().isEmpty(), "HEAD has a body");
      // A list may grow between the two, and a problem's time be shorter by a digit.
      boolean sameLength = get.status() == 200 && !way[0].equals("/status");
      probe.require(
          comparable(head, sameLength).equals(comparable(get, sameLength)),
          "the headers differ: "
              + comparable(head, sameLength)
              + " and "
              + comparable(get, sameLength));
    }
    // After HEAD the connection is where it was: a body would be taken for the next answer.
    try (Wire wire = probe.wire()) {
      probe.requireStatus(probe.askOn(wire, probe.mine(Ask.of("HEAD", path))), 200);
      probe.requireStatus(probe.askOn(wire, probe.mine(Ask.get(path))), 200);
    }
  }

  private static Map<String, List<String>> comparable(Answer answer, boolean withLength) {
    Map<String, List<String>> all = new TreeMap<>();
    answer
        .head()
        .headers()
        .forEach((name, values) -> all.put(name.toLowerCase(Locale.ROOT), values));
    all.keySet().removeAll(CHANGING);
    all.remove("transfer-encoding");
    if (!withLength) {
      all.remove("content-length");
    }
    return all;
  }

  private static void options(Probe probe) throws IOException {
    String status = "/status/" + probe.uploads().any(probe);
    for (String[] path :
        new String[][] {
          {status, "GET"},
          {status + "/events", "GET"},
          {"/status", "GET"},
          {status + "/cancel", "POST"}
        }) {
      // A preflight has no token.
      Answer answer = probe.ask(Ask.of("OPTIONS", path[0]));
      probe.require(answer.status() / 100 == 2, "OPTIONS is answered with " + answer.status());
      List<String> allowed = List.of(answer.head().headerOr("Allow", "").split("[, ]+", -1));
      probe.require(allowed.contains(path[1]), "Allow does not name " + path[1]);
      probe.require(allowed.contains("OPTIONS"), "Allow does not name OPTIONS");
    }
  }

  private static void keepAlive(Probe probe) throws IOException {
    String path = "/status/" + probe.uploads().over(probe);
    try (Wire wire = probe.wire()) {
      for (int i = 0; i < 3; i++) {
        probe.requireStatus(probe.askOn(wire, probe.mine(Ask.get(path))), 200);
        probe.requireStatus(
            probe.askOn(wire, probe.mine(Ask.get(path, "If-None-Match", "*"))), 304);
        probe.requireStatus(probe.askOn(wire, probe.mine(Ask.get("/status/unknown-to-all"))), 404);
      }
    }
  }

  private static void http10(Probe probe) throws IOException {
    Ask ask = probe.mine(Ask.get("/status/" + probe.uploads().over(probe))).inVersion("HTTP/1.0");
    try (Wire wire = probe.wire()) {
      Answer answer = probe.requireStatus(probe.askOn(wire, ask), 200);
      probe.require(answer.header("Transfer-Encoding").isEmpty(), "HTTP/1.0 knows no chunks");
      probe.require(wire.isEnded(), "the connection goes on after the answer");
    }
  }

  private static void http2(Probe probe) throws Exception {
    if (!probe.target().isSecure()) {
      throw new Check.Skip("needs https");
    }
    String path = "/status/" + probe.uploads().over(probe);
    try (HttpClient client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_2)
            .sslContext(probe.target().tls())
            .build()) {
      for (String accept : List.of("application/json", Probe.EVENT_STREAM)) {
        var answer =
            client.send(
                HttpRequest.newBuilder(URI.create(probe.target().base() + path))
                    .timeout(Duration.ofSeconds(20))
                    .header("Authorization", "Bearer " + probe.target().token())
                    .header("Accept", accept)
                    .build(),
                HttpResponse.BodyHandlers.ofString());
        probe.note(
            "HTTP/2 GET " + path + " (" + accept + ")\n  → " + answer + "\n" + answer.body());
        probe.require(answer.version() == HttpClient.Version.HTTP_2, "it is " + answer.version());
        probe.require(answer.statusCode() == 200, "the status is " + answer.statusCode());
        probe.require(
            answer.headers().firstValue("Content-Type").orElse("").startsWith(accept),
            "the content type is another");
        probe.require(answer.body().contains("\"uploadId\""), "the record is not there");
      }
    }
  }

  private static void malformed(Probe probe) throws IOException {
    for (String garbage :
        List.of(
            "GET\r\n\r\n",
            "GET /status HTTP/1.1\r\n\r\n",
            "GET /status HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n",
            "GET /status HTTP/1.1\r\nHost: a\r\nno colon\r\nConnection: close\r\n\r\n")) {
      try (Wire wire = probe.wire()) {
        wire.send(garbage.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
        Head head = wire.readHead();
        probe.note(garbage.strip() + "\n  → " + head);
        probe.requireStatus(head, 400);
      }
    }
  }

  private static void tooLarge(Probe probe) throws IOException {
    Ask ask = Ask.get("/status", "Host", probe.target().host(), "X-Large", "x".repeat(200_000));
    try (Wire wire = probe.wire()) {
      try {
        wire.send(ask.bytes());
      } catch (IOException e) {
        probe.note("the connection was closed while the headers were sent");
      }
      Head head;
      try {
        head = wire.readHead();
      } catch (IOException e) {
        return; // reset while the rest was on its way: refused all the same
      }
      probe.note("GET /status with 200,000 bytes of headers\n  → " + head);
      probe.require(head.status() == 431 || head.status() == 400, "the status is " + head.status());
    }
    probe.requireStatus(probe.get("/status/unknown-to-all"), 404);
  }

  private static void otherOrigins(Probe probe) throws IOException {
    String path = "/status/" + probe.uploads().any(probe);
    for (String origin : List.of("https://conformance.invalid", "null")) {
      Answer answer = probe.get(path, "Origin", origin);
      Answer preflight =
          probe.ask(
              Ask.of("OPTIONS", path, "Origin", origin, "Access-Control-Request-Method", "GET"));
      for (Answer each : List.of(answer, preflight)) {
        probe.require(
            each.header("Access-Control-Allow-Origin").isEmpty(),
            "anybody may read: " + each.head().headerOr("Access-Control-Allow-Origin", ""));
      }
      probe.require(
          answer.head().headerOr("Vary", "").toLowerCase(Locale.ROOT).contains("origin"),
          "Vary does not name Origin");
    }
  }

  private static void allowedOrigin(Probe probe) throws IOException {
    String origin = probe.target().origin().orElseThrow(() -> new Check.Skip("needs --origin"));
    String path = "/status/" + probe.uploads().any(probe);
    Answer preflight =
        probe.ask(
            Ask.of(
                "OPTIONS",
                path,
                "Origin",
                origin,
                "Access-Control-Request-Method",
                "GET",
                "Access-Control-Request-Headers",
                "authorization,last-event-id"));
    probe.require(preflight.status() / 100 == 2, "the preflight is " + preflight.status());
    probe.requireHeader(preflight.head(), "Access-Control-Allow-Origin", origin);
    String headers =
        preflight.head().headerOr("Access-Control-Allow-Headers", "").toLowerCase(Locale.ROOT);
    for (String name : List.of("authorization", "last-event-id", "if-none-match", "prefer")) {
      probe.require(headers.contains(name), "a page may not send " + name);
    }
    for (Answer answer :
        List.of(
            probe.get(path, "Origin", origin),
            probe.get(path, "Origin", origin, "If-None-Match", "*"),
            probe.get("/status/unknown-to-all", "Origin", origin))) {
      probe.requireHeader(answer.head(), "Access-Control-Allow-Origin", origin);
      String exposed =
          answer.head().headerOr("Access-Control-Expose-Headers", "").toLowerCase(Locale.ROOT);
      for (String name : List.of("etag", "retry-after", "age")) {
        probe.require(exposed.contains(name), "a page may not read " + name);
      }
    }
  }

  private static void openApi(Probe probe) throws IOException {
    Answer answer = probe.requireStatus(probe.ask(Ask.get("/openapi.json")), 200);
    JsonNode document = answer.json();
    probe.require(
        document.path("openapi").asText().startsWith("3.1"),
        "it is no OpenAPI 3.1: " + document.path("openapi"));
    for (String path :
        List.of(
            "/status",
            "/status/{uploadId}",
            "/status/{uploadId}/events",
            "/status/{uploadId}/cancel",
            "/uploads")) {
      probe.require(document.path("paths").has(path), "the document does not have " + path);
    }
  }

  private static void health(Probe probe) throws IOException {
    probe.requireStatus(probe.ask(Ask.get("/health/live")), 200);
    Answer ready = probe.ask(Ask.get("/health/ready"));
    probe.require(ready.status() == 200 || ready.status() == 503, "ready is " + ready.status());
    probe.require(ready.json().isObject(), "it does not say why, as JSON");
  }
}
