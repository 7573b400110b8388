package dev.headway.conformance;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Refusals: that each says what it is, and none says too much. */
final class ErrorChecks {
  private static final String ERRORS = "Errors";

  /** Headers that are another's in every answer. */
  private static final Set<String> CHANGING =
      Set.of("x-request-id", "date", "ratelimit", "ratelimit-policy", "via", "age");

  private ErrorChecks() {}

  static List<Check> all() {
    return List.of(
        new Check(
            "error.problem",
            ERRORS,
            "Every refusal is a problem of RFC 9457, kept in no cache",
            ErrorChecks::problem),
        new Check(
            "error.id",
            ERRORS,
            "Ids are 1 to 255 of A-Za-z0-9_-, and others get 400",
            ErrorChecks::ids),
        new Check(
            "error.unknown",
            ERRORS,
            "What is unknown gets 404, polled and streamed",
            ErrorChecks::unknown),
        new Check(
            "error.foreign",
            ERRORS,
            "Somebody else's upload looks like one that does not exist",
            ErrorChecks::foreign),
        new Check(
            "error.unauthorized",
            ERRORS,
            "Without a token, or with a wrong one, everything is 401 with WWW-Authenticate",
            ErrorChecks::unauthorized),
        new Check("error.path", ERRORS, "Unknown paths get 404", ErrorChecks::paths),
        new Check(
            "error.method",
            ERRORS,
            "Other methods get 405 with those that are allowed",
            ErrorChecks::methods),
        new Check("error.quiet", ERRORS, "A refusal repeats nothing hostile", ErrorChecks::quiet));
  }

  private static void problem(Probe probe) throws IOException {
    String id = probe.uploads().any(probe);
    List<Answer> refusals =
        List.of(
            probe.requireProblem(probe.get("/status/a%20b"), 400, "INVALID_UPLOAD_ID"),
            probe.requireProblem(probe.get("/status?limit=0"), 400, "INVALID_REQUEST"),
            probe.requireProblem(probe.ask(Ask.get("/status/" + id)), 401, "UNAUTHORIZED"),
            probe.requireProblem(probe.get("/status/unknown-to-all"), 404, "UPLOAD_NOT_FOUND"),
            probe.requireProblem(
                probe.get("/status/" + id, "Accept", "image/png"), 406, "NOT_ACCEPTABLE"));
    for (Answer answer : refusals) {
      probe.requireHeader(answer.head(), "Cache-Control", "no-store");
      probe.require(
          answer.json().path("timestamp").asText().matches("[0-9]{4}-[0-9]{2}-[0-9]{2}T.*Z"),
          "the timestamp is no instant");
      probe.require(
          answer.json().path("instance").asText().startsWith("/"), "the instance is no path");
    }
  }

  private static void ids(Probe probe) throws IOException {
    for (String id :
        List.of("a%20b", "a.b", "a%2Fb", "%C3%A4", "x".repeat(256), "a%00", "a;b", "a:b", "%")) {
      probe.requireProblem(probe.get("/status/" + id), 400, "INVALID_UPLOAD_ID", "INVALID_REQUEST");
    }
    for (String id : List.of("x".repeat(255), "-", "_", "0")) {
      probe.requireProblem(probe.get("/status/" + id), 404, "UPLOAD_NOT_FOUND");
    }
  }

  private static void unknown(Probe probe) throws IOException {
    String path = "/status/unknown-to-all";
    probe.requireProblem(probe.get(path), 404, "UPLOAD_NOT_FOUND");
    probe.requireProblem(probe.get(path, "Accept", Probe.EVENT_STREAM), 404, "UPLOAD_NOT_FOUND");
    probe.requireProblem(probe.get(path + "/events"), 404, "UPLOAD_NOT_FOUND");
    probe.requireProblem(probe.get(path, "If-None-Match", "*"), 404, "UPLOAD_NOT_FOUND");
  }

  private static void foreign(Probe probe) throws IOException {
    String other =
        probe.target().secondToken().orElseThrow(() -> new Check.Skip("needs --second-token"));
    String id = probe.uploads().fresh(probe);
    for (String[] way :
        new String[][] {
          {"GET", "", "application/json"},
          {"HEAD", "", "application/json"},
          {"GET", "", Probe.EVENT_STREAM},
          {"GET", "/events", Probe.EVENT_STREAM},
          {"POST", "/cancel", "application/json"},
          {"POST", "/ticket", "application/json"},
        }) {
      Answer foreign = as(probe, other, way, id);
      Answer unknown = as(probe, other, way, "x".repeat(id.length()));
      probe.require(
          foreign.status() == 404 && unknown.status() == 404,
          "they are " + foreign.status() + " and " + unknown.status());
      probe.require(
          comparable(foreign, id).equals(comparable(unknown, "x".repeat(id.length()))),
          way[0] + way[1] + ": the two differ");
    }
    Answer list = probe.ask(Probe.as(other, Ask.get("/status?uploadId=" + id)));
    probe.require(
        list.status() == 200 && list.json().path("uploads").isEmpty(),
        "it can be picked by somebody else");
  }

  private static Answer as(Probe probe, String token, String[] way, String id) throws IOException {
    return probe.ask(Probe.as(token, Ask.of(way[0], "/status/" + id + way[1], "Accept", way[2])));
  }

  /** Everything but what is another's each time: the id itself, the moment, the request's name. */
  private static Map<String, Object> comparable(Answer answer, String id) {
    Map<String, Object> all = new TreeMap<>();
    answer
        .head()
        .headers()
        .forEach((name, values) -> all.put(name.toLowerCase(Locale.ROOT), values));
    all.keySet().removeAll(CHANGING);
    all.put(
        "body",
        answer
            .text()
            .replace(id, "…")
            .replaceAll("\"timestamp\" *: *\"[^\"]*\"", "\"timestamp\":\"…\""));
    // A stamp may be shorter by a digit or two.
    all.remove("content-length");
    return all;
  }

  private static void unauthorized(Probe probe) throws IOException {
    String id = probe.uploads().any(probe);
    for (String path : List.of("/status/" + id, "/status/" + id + "/events", "/status")) {
      Answer none = probe.requireProblem(probe.ask(Ask.get(path)), 401, "UNAUTHORIZED");
      requireChallenge(probe, none);
    }
    Answer post = probe.ask(Ask.of("POST", "/status/" + id + "/cancel"));
    requireChallenge(probe, probe.requireProblem(post, 401, "UNAUTHORIZED"));
    String token = probe.target().token();
    String forged =
        token.substring(0, token.length() - 4) + (token.endsWith("AAAA") ? "BBBB" : "AAAA");
    for (String wrong : List.of("x", "a.b.c", forged, "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.")) {
      Answer answer = probe.ask(Ask.get("/status/" + id, "Authorization", "Bearer " + wrong));
      requireChallenge(probe, probe.requireProblem(answer, 401, "INVALID_TOKEN", "UNAUTHORIZED"));
    }
    Answer basic = probe.ask(Ask.get("/status/" + id, "Authorization", "Basic eDp5"));
    requireChallenge(probe, probe.requireProblem(basic, 401, "UNAUTHORIZED", "INVALID_TOKEN"));
  }

  private static void requireChallenge(Probe probe, Answer answer) {
    probe.require(
        answer.head().headerOr("WWW-Authenticate", "").startsWith("Bearer"),
        "WWW-Authenticate does not ask for a bearer token");
  }

  private static void paths(Probe probe) throws IOException {
    for (String path :
        List.of("/conformance-nowhere", "/status/x/y", "/status/x/y/z", "/uploads/x/y")) {
      probe.requireProblem(probe.get(path), 404, "NOT_FOUND");
    }
  }

  private static void methods(Probe probe) throws IOException {
    String status = "/status/" + probe.uploads().any(probe);
    for (String[] wrong :
        new String[][] {
          {"DELETE", status, "GET"},
          {"PUT", status, "GET"},
          {"POST", status + "/events", "GET"},
          {"GET", status + "/cancel", "POST"},
          {"PATCH", "/status", "GET"},
        }) {
      Answer answer =
          probe.requireProblem(probe.send(wrong[0], wrong[1]), 405, "METHOD_NOT_ALLOWED");
      List<String> allowed = List.of(answer.head().headerOr("Allow", "").split("[, ]+", -1));
      probe.require(allowed.contains(wrong[2]), "Allow does not name " + wrong[2]);
      probe.require(!allowed.contains(wrong[0]), "Allow names what was refused");
    }
  }

  private static void quiet(Probe probe) throws IOException {
    Answer answer = probe.get("/status/%3Cscript%3Ealert(1)%3C%2Fscript%3E");
    probe.requireProblem(answer, 400, "INVALID_UPLOAD_ID", "INVALID_REQUEST");
    probe.require(!answer.text().contains("<script"), "the answer repeats a script");
    probe.requireHeader(answer.head(), "X-Content-Type-Options", "nosniff");
  }
}
