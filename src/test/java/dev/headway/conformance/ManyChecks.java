package dev.headway.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Many uploads: as pages and as one stream. */
final class ManyChecks {
  private static final String MANY = "Reading: Many uploads";

  private ManyChecks() {}

  static List<Check> all() {
    return List.of(
        new Check(
            "many.list", MANY, "The list has the caller's uploads, newest first", ManyChecks::list),
        new Check("many.pages", MANY, "Pages join without gap or repeat", ManyChecks::pages),
        new Check(
            "many.query", MANY, "A query that is not as described gets 400", ManyChecks::query),
        new Check(
            "many.picks",
            MANY,
            "Picks are answered as far as they are the caller's",
            ManyChecks::picks),
        new Check("many.no-tag", MANY, "A list has no ETag", ManyChecks::noTag),
        new Check(
            "many.stream",
            MANY,
            "One stream shows all uploads, also those that are created later, without ids",
            ManyChecks::stream),
        new Check(
            "many.snapshot",
            MANY,
            "Every connect begins with the current record of each, whatever was seen",
            ManyChecks::snapshot),
        new Check(
            "many.goes-on",
            MANY,
            "The end of an upload does not end the stream of all",
            ManyChecks::goesOn),
        new Check(
            "many.done",
            MANY,
            "A stream of picks ends with done when all of them are over",
            ManyChecks::done),
        new Check(
            "many.done-at-once",
            MANY,
            "A stream of picks of which none exists is done at once",
            ManyChecks::doneAtOnce));
  }

  private static void list(Probe probe) throws IOException {
    probe.uploads().fresh(probe);
    Answer list = listed(probe, probe.uploads().fresh(probe));
    probe.requireHeader(list.head(), "Cache-Control", "private, no-cache");
    probe.require(
        list.head().headerOr("Retry-After", "").matches("[1-9][0-9]*"),
        "there is no Retry-After while one is not over");
    Instant last = Instant.MAX;
    for (JsonNode record : list.json().path("uploads")) {
      Instant created = Instant.parse(record.path("createdAt").asText());
      probe.require(!created.isAfter(last), "they are not sorted newest first");
      last = created;
    }
  }

  /**
   * The list, once it has an upload: on another node than its own it may be missing for a moment.
   */
  private static Answer listed(Probe probe, String id) throws IOException {
    long until = System.nanoTime() + Probe.SOON.toNanos();
    while (true) {
      Answer list = probe.requireStatus(probe.get("/status"), 200);
      probe.require(list.json().path("uploads").isArray(), "there is no uploads");
      if (ids(list).contains(id)) {
        return list;
      }
      probe.require(System.nanoTime() < until, "a new upload is not in the list");
    }
  }

  private static List<String> ids(Answer list) {
    List<String> ids = new ArrayList<>();
    list.json().path("uploads").forEach(record -> ids.add(record.path("uploadId").asText()));
    return ids;
  }

  private static void pages(Probe probe) throws IOException {
    Set<String> made = new HashSet<>();
    for (int i = 0; i < 3; i++) {
      made.add(probe.uploads().fresh(probe));
    }
    for (String id : made) {
      listed(probe, id);
    }
    List<String> seen = new ArrayList<>();
    String cursor = "";
    // Others may be made meanwhile, but only before the first page.
    for (int page = 0; page < 100 && !seen.containsAll(made); page++) {
      Answer answer = probe.requireStatus(probe.get("/status?limit=2" + cursor), 200);
      List<String> ids = ids(answer);
      probe.require(ids.size() <= 2, "a page has more than its limit");
      seen.addAll(ids);
      probe.require(new HashSet<>(seen).size() == seen.size(), "an upload is on two pages");
      if (!answer.json().hasNonNull("nextCursor")) {
        break;
      }
      cursor = "&cursor=" + answer.json().get("nextCursor").asText();
    }
    probe.require(seen.containsAll(made), "the pages do not have all uploads");
  }

  private static void query(Probe probe) throws IOException {
    String id = probe.uploads().any(probe);
    for (String query :
        List.of(
            "limit=0",
            "limit=101",
            "limit=x",
            "limit=",
            "cursor=!",
            "limit=1&limit=2",
            "uploadId=" + id + "&limit=5")) {
      probe.requireProblem(probe.get("/status?" + query), 400, "INVALID_REQUEST");
    }
    probe.requireProblem(probe.get("/status?uploadId=a.b"), 400, "INVALID_UPLOAD_ID");
    probe.requireProblem(
        probe.get("/status?limit=5", "Accept", Probe.EVENT_STREAM), 400, "INVALID_REQUEST");
    StringBuilder tooMany = new StringBuilder("/status?uploadId=x0");
    for (int i = 1; i <= 100; i++) {
      tooMany.append("&uploadId=x").append(i);
    }
    probe.requireProblem(probe.get(tooMany.toString()), 400, "INVALID_REQUEST");
  }

  private static void picks(Probe probe) throws IOException {
    probe.uploads().fresh(probe); // not picked
    String one = probe.uploads().fresh(probe);
    String two = probe.uploads().over(probe);
    Answer answer =
        probe.requireStatus(
            probe.get("/status?uploadId=" + one + "&uploadId=unknown-to-all&uploadId=" + two), 200);
    probe.require(
        new HashSet<>(ids(answer)).equals(Set.of(one, two)), "the picks are not those two");
    probe.require(!answer.json().has("nextCursor"), "picks have no pages");
  }

  private static void noTag(Probe probe) throws IOException {
    Answer answer = probe.requireStatus(probe.get("/status"), 200);
    probe.require(answer.header("ETag").isEmpty(), "no number is the version of a list");
  }

  private static void stream(Probe probe) throws IOException {
    String before = probe.uploads().fresh(probe);
    Stream stream = probe.stream("/status");
    probe.requireStatus(stream.head(), 200);
    probe.requireHeader(stream.head(), "Content-Type", "text/event-stream; charset=utf-8");
    awaitUpload(probe, stream, before);
    String after = probe.uploads().fresh(probe);
    awaitUpload(probe, stream, after);
    probe.require(
        stream.events().stream().allMatch(event -> event.id().isEmpty()),
        "an event has an id, but no number is the place in many uploads");
    probe.require(stream.breaches().isEmpty(), String.join("; ", stream.breaches()));
  }

  private static StreamItem.Event awaitUpload(Probe probe, Stream stream, String id)
      throws IOException {
    return probe.require(
        stream.awaitEvent(
            Probe.SOON,
            event ->
                event.type().equals("status") && event.json().path("uploadId").asText().equals(id)),
        "upload " + id + " is not in the stream");
  }

  private static void snapshot(Probe probe) throws IOException {
    String id = probe.uploads().over(probe);
    for (int i = 0; i < 2; i++) {
      // A last event id means nothing here, and takes nothing away.
      try (Stream stream = probe.stream("/status?uploadId=" + id, "Last-Event-ID", "2")) {
        awaitUpload(probe, stream, id);
      }
    }
  }

  private static void goesOn(Probe probe) throws IOException {
    String one = probe.uploads().fresh(probe);
    Stream stream = probe.stream("/status");
    awaitUpload(probe, stream, one);
    probe.requireStatus(probe.send("POST", "/status/" + one + "/cancel"), 200);
    probe.require(
        stream.awaitEvent(
            Probe.SOON,
            event -> event.isTerminal() && event.json().path("uploadId").asText().equals(one)),
        "the end of an upload is not in the stream");
    String two = probe.uploads().fresh(probe);
    awaitUpload(probe, stream, two);
  }

  private static void done(Probe probe) throws IOException {
    String one = probe.uploads().fresh(probe);
    String two = probe.uploads().over(probe);
    Stream stream = probe.stream("/status?uploadId=" + one + "&uploadId=" + two);
    awaitUpload(probe, stream, one);
    awaitUpload(probe, stream, two);
    probe.require(stream.events("done").isEmpty(), "it is done while one is not over");
    probe.requireStatus(probe.send("POST", "/status/" + one + "/cancel"), 200);
    probe.require(
        stream.awaitEvent(Probe.SOON, event -> event.type().equals("done")),
        "done did not come after all were over");
    probe.require(
        stream.events("status").stream()
            .anyMatch(
                event -> event.isTerminal() && event.json().path("uploadId").asText().equals(one)),
        "done came before the terminal version");
    probe.require(stream.awaitEnd(Probe.SOON), "the stream goes on after done");
  }

  private static void doneAtOnce(Probe probe) throws IOException {
    Stream stream = probe.stream("/status?uploadId=unknown-to-all");
    probe.requireStatus(stream.head(), 200);
    probe.require(
        stream.awaitEvent(Probe.SOON, event -> event.type().equals("done")), "done did not come");
    probe.require(stream.awaitEnd(Duration.ofSeconds(5)), "the stream goes on after done");
  }
}
