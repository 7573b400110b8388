package dev.headway.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;

/** What changes something: uploads and cancellations; and that readers see it. */
final class ActionChecks {
  private static final String ACTING = "Acting";

  private ActionChecks() {}

  static List<Check> all() {
    return List.of(
        new Check(
            "create.answer",
            ACTING,
            "A new upload has an id, an address for its file, and a record at version 1",
            ActionChecks::create),
        new Check(
            "create.visible",
            ACTING,
            "What was created can be read at once",
            ActionChecks::createdIsVisible),
        new Check(
            "create.refused",
            ACTING,
            "What is no upload is refused with the reason",
            ActionChecks::refused),
        new Check(
            "create.name",
            ACTING,
            "Control characters in a name break nothing that shows it",
            ActionChecks::hostileName),
        new Check(
            "create.empty",
            ACTING,
            "An empty file is accepted and ends as EMPTY_FILE",
            ActionChecks::emptyFile),
        new Check(
            "cancel.twice",
            ACTING,
            "A cancellation may be repeated, and answers the same",
            ActionChecks::cancelTwice),
        new Check(
            "cancel.too-late",
            ACTING,
            "What has ended otherwise cannot be cancelled",
            ActionChecks::cancelTooLate),
        new Check(
            "cancel.visible",
            ACTING,
            "After a cancellation every read shows it",
            ActionChecks::cancelIsVisible),
        new Check(
            "cancel.unknown",
            "Errors",
            "What is unknown cannot be cancelled",
            probe ->
                probe.requireProblem(
                    probe.send("POST", "/status/unknown-to-all/cancel"), 404, "UPLOAD_NOT_FOUND")),
        new Check(
            "leads.page",
            ACTING,
            "The caller's leads come in pages, or as CSV",
            ActionChecks::leads));
  }

  private static Answer declare(Probe probe, String name, long size) throws IOException {
    return probe.ask(probe.mine(Uploads.declaration(name, size)));
  }

  private static void create(Probe probe) throws IOException {
    probe.uploads().fresh(probe); // skips where nothing can be made
    Answer answer = probe.requireStatus(declare(probe, Uploads.FILE_NAME, 1000), 201);
    JsonNode json = answer.json();
    String id = json.path("uploadId").asText();
    probe.require(id.matches("[A-Za-z0-9_-]{1,255}"), "the id is not one of the contract: " + id);
    probe.requireHeader(answer.head(), "Location", "/status/" + id);
    probe.requireHeader(answer.head(), "Cache-Control", "no-store");
    probe.require(json.at("/upload/method").isTextual(), "upload has no method");
    probe.require(json.at("/upload/url").asText().startsWith("http"), "upload has no url");
    probe.require(json.at("/upload/headers").isObject(), "upload has no headers");
    probe.require(json.at("/status/version").asLong() == 1, "versions begin at 1");
    probe.require(json.at("/status/status").asText().equals("uploading"), "it is not uploading");
    probe.require(json.at("/status/stage").asText().equals("file_upload"), "its stage is another");
    probe.require(
        json.at("/status/metadata/fileName").asText().equals(Uploads.FILE_NAME),
        "the name is another");
    probe.require(json.at("/status/metadata/fileSize").asLong() == 1000, "the size is another");
  }

  private static void createdIsVisible(Probe probe) throws IOException {
    // On one connection, so that one node answers both.
    try (Wire wire = probe.wire()) {
      probe.uploads().fresh(probe);
      Answer created = probe.askOn(wire, probe.mine(Uploads.declaration("visible.csv", 10)));
      probe.requireStatus(created, 201);
      Answer read =
          probe.askOn(wire, probe.mine(Ask.get(created.head().headerOr("Location", "/"))));
      probe.requireStatus(read, 200);
      probe.require(
          read.json().equals(created.json().path("status")), "the poll shows another record");
    }
  }

  private static void refused(Probe probe) throws IOException {
    probe.uploads().fresh(probe);
    for (String body :
        List.of(
            "",
            "{",
            "[]",
            "null",
            "{}",
            "{\"fileName\":\"a.csv\"}",
            "{\"fileName\":\"a.csv\",\"fileSize\":-1}",
            "{\"fileName\":\"a.csv\",\"fileSize\":\"1\"}",
            "{\"fileName\":\"a.csv\",\"fileSize\":1.5}",
            "{\"fileName\":7,\"fileSize\":1}",
            "{\"fileName\":\"\",\"fileSize\":1}",
            "{\"fileName\":\"a.csv\",\"fileSize\":1} x")) {
      Ask ask = Ask.of("POST", "/uploads", "Content-Type", "application/json").withBody(body);
      probe.requireProblem(probe.ask(probe.mine(ask)), 400, "INVALID_REQUEST");
    }
    probe.requireProblem(declare(probe, "virus.exe", 10), 415, "INVALID_FILE_TYPE");
    probe.requireProblem(declare(probe, "noextension", 10), 415, "INVALID_FILE_TYPE");
    probe.requireProblem(declare(probe, "a.csv", 1L << 50), 413, "FILE_TOO_LARGE");
    Ask large =
        Ask.of("POST", "/uploads", "Content-Type", "application/json")
            .withBody("{\"fileName\":\"" + "a".repeat(100_000) + ".csv\",\"fileSize\":1}");
    probe.requireProblem(probe.ask(probe.mine(large)), 413, "REQUEST_TOO_LARGE");
  }

  private static void hostileName(Probe probe) throws IOException {
    probe.uploads().fresh(probe);
    String name = "a\r\n\r\nid: 99\nevent: done\ndata: x\u0000\u2028\u2029.csv";
    Answer created = probe.requireStatus(declare(probe, name, 10), 201);
    String id = created.json().path("uploadId").asText();
    String shown = created.json().at("/status/metadata/fileName").asText();
    probe.require(
        shown.chars().noneMatch(c -> c < ' ' || c == 0x7f), "the name keeps control characters");
    Stream stream = probe.stream("/status/" + id);
    var event = probe.require(stream.awaitEvent(Probe.SOON, e -> true), "no event came");
    probe.require(event.type().equals("status"), "the name became an event");
    probe.require(
        event.json().at("/metadata/fileName").asText().equals(shown), "the stream cut the name");
    probe.require(stream.breaches().isEmpty(), String.join("; ", stream.breaches()));
  }

  private static void emptyFile(Probe probe) throws IOException {
    String id = probe.uploads().empty(probe);
    Stream stream = probe.stream("/status/" + id);
    var end = stream.awaitEvent(Probe.WORK, StreamItem.Event::isTerminal);
    JsonNode record =
        end.map(StreamItem.Event::json)
            .orElseThrow(() -> new Check.Skip("the upload did not end: are there workers?"));
    probe.require(record.path("status").asText().equals("error"), "it ended otherwise: " + record);
    probe.require(
        record.at("/error/code").asText().equals("EMPTY_FILE"),
        "the code is " + record.at("/error/code"));
    for (String member : List.of("message", "timestamp")) {
      probe.require(record.at("/error/" + member).isTextual(), "the error has no " + member);
    }
  }

  private static void cancelTwice(Probe probe) throws IOException {
    String path = "/status/" + probe.uploads().fresh(probe) + "/cancel";
    Answer first = probe.requireStatus(probe.send("POST", path), 200);
    probe.require(
        first.json().path("status").asText().equals("cancelled"), "the record is not cancelled");
    Answer second = probe.requireStatus(probe.send("POST", path), 200);
    probe.require(first.text().equals(second.text()), "the second answer is another record");
  }

  private static void cancelTooLate(Probe probe) throws IOException {
    String id = probe.uploads().completed(probe);
    Answer before = probe.get("/status/" + id);
    probe.requireProblem(probe.send("POST", "/status/" + id + "/cancel"), 409, "CANNOT_CANCEL");
    probe.require(
        probe.get("/status/" + id).text().equals(before.text()), "the attempt changed the record");
  }

  private static void cancelIsVisible(Probe probe) throws IOException {
    String id = probe.uploads().fresh(probe);
    try (Wire wire = probe.wire()) {
      Answer cancelled = probe.askOn(wire, probe.mine(Ask.of("POST", "/status/" + id + "/cancel")));
      probe.requireStatus(cancelled, 200);
      // The same node knows; any other does when it is told the version.
      Answer here = probe.askOn(wire, probe.mine(Ask.get("/status/" + id)));
      probe.require(here.text().equals(cancelled.text()), "the poll shows another record");
      Answer told = probe.get("/status/" + id, "If-None-Match", "\"" + cancelled.version() + "\"");
      probe.requireStatus(told, 304);
    }
  }

  private static void leads(Probe probe) throws IOException {
    Answer page = probe.get("/leads?limit=1");
    if (page.status() == 404) {
      throw new Check.Skip("there is no /leads here");
    }
    probe.requireStatus(page, 200);
    probe.requireHeader(page.head(), "Cache-Control", "no-store");
    probe.require(page.json().path("leads").isArray(), "there is no leads");
    probe.require(page.json().path("leads").size() <= 1, "the page has more than its limit");
    probe.requireProblem(probe.get("/leads?limit=0"), 400, "INVALID_REQUEST");
    probe.requireProblem(probe.get("/leads?sort=color"), 400, "INVALID_REQUEST");
    Answer csv = probe.get("/leads", "Accept", "text/csv");
    if (csv.status() != 406) { // the functions have JSON only
      probe.requireStatus(csv, 200);
      probe.require(csv.head().mediaType().equals("text/csv"), "the export is no CSV");
    }
  }
}
