package dev.headway.conformance;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** One record, once: its form, its validators, negotiation, waiting. */
final class PollChecks {
  private static final Set<String> STATUSES =
      Set.of("uploading", "uploaded", "processing", "completed", "error", "cancelled");
  private static final Set<String> STAGES =
      Set.of("file_upload", "file_processing", "batch_processing", "completed");
  private static final String POLL = "Reading: Poll";
  private static final String RECORD = "One upload, one record";
  private static final String WAIT = "Reading: Wait";

  private PollChecks() {}

  static List<Check> all() {
    return List.of(
        new Check("poll.record", RECORD, "A record has all its members", PollChecks::record),
        new Check(
            "poll.headers", POLL, "A poll has ETag, Age and Cache-Control", PollChecks::headers),
        new Check(
            "poll.pace",
            POLL,
            "Retry-After is there while the upload is not over, and only then",
            PollChecks::pace),
        new Check(
            "poll.same-bytes",
            RECORD,
            "The same version is the same bytes, polled or streamed",
            PollChecks::sameBytes),
        new Check(
            "etag.strong",
            POLL,
            "If-None-Match with the version gives 304",
            probe -> unchanged(probe, "\"%d\"")),
        new Check(
            "etag.weak",
            POLL,
            "A tag that a proxy weakened gives 304",
            probe -> unchanged(probe, "W/\"%d\"")),
        new Check(
            "etag.list",
            POLL,
            "One of several tags is enough",
            probe -> unchanged(probe, "\"other\", W/\"%d\", \"x,y\"")),
        new Check("etag.any", POLL, "If-None-Match: * gives 304", probe -> unchanged(probe, "*")),
        new Check("etag.others", POLL, "Other tags give the record", PollChecks::otherTags),
        new Check(
            "etag.above",
            POLL,
            "A validator above the newest version is looked up, and then ignored",
            PollChecks::above),
        new Check(
            "negotiation.json",
            "Reading",
            "JSON is the answer to everybody who asks for nothing else",
            PollChecks::json),
        new Check(
            "negotiation.q",
            "Reading",
            "The weights of Accept decide between JSON and stream",
            PollChecks::weights),
        new Check(
            "negotiation.406",
            "Errors",
            "Who accepts neither form gets 406",
            PollChecks::notAcceptable),
        new Check(
            "negotiation.vary",
            "Reading",
            "Vary names what the answer depends on",
            PollChecks::vary),
        new Check(
            "wait.holds",
            WAIT,
            "Prefer: wait holds the answer while nothing changes",
            PollChecks::waitHolds),
        new Check("wait.moves", WAIT, "A change ends the wait", PollChecks::waitMoves),
        new Check(
            "wait.over", WAIT, "Nobody waits for an upload that is over", PollChecks::waitOver),
        new Check(
            "wait.first",
            WAIT,
            "Without a validator it is an ordinary poll",
            PollChecks::waitWithoutValidator),
        new Check(
            "wait.junk", WAIT, "A preference that cannot be read is none", PollChecks::waitJunk));
  }

  private static void record(Probe probe) throws IOException {
    String id = probe.uploads().any(probe);
    Answer answer = probe.requireStatus(probe.get("/status/" + id), 200);
    var record = answer.json();
    for (String member :
        List.of(
            "uploadId",
            "version",
            "status",
            "stage",
            "progress",
            "metadata",
            "stalled",
            "createdAt",
            "updatedAt",
            "expiresAt")) {
      probe.require(record.hasNonNull(member), "the record has no " + member);
    }
    probe.require(record.get("uploadId").asText().equals(id), "it is another upload's record");
    probe.require(record.get("version").isIntegralNumber(), "the version is no whole number");
    probe.require(record.get("version").asLong() >= 1, "versions begin at 1");
    String status = record.get("status").asText();
    probe.require(STATUSES.contains(status), "there is no status " + status);
    String stage = record.get("stage").asText();
    probe.require(STAGES.contains(stage), "there is no stage " + stage);
    probe.require(
        record.has("error") == status.equals("error"), "error is there with the status error only");
    for (String count :
        List.of(
            "totalBatches",
            "completedBatches",
            "failedBatches",
            "totalLeads",
            "processedLeads",
            "createdLeads",
            "updatedLeads",
            "percentage")) {
      probe.require(
          record.at("/progress/" + count).isNumber()
              && record.at("/progress/" + count).asDouble() >= 0,
          "progress." + count + " is no number of 0 or more");
    }
    probe.require(!answer.text().contains("ownerId"), "the owner is kept, and never shown");
  }

  private static void headers(Probe probe) throws IOException {
    Answer answer = probe.requireStatus(probe.get("/status/" + probe.uploads().any(probe)), 200);
    probe.require(
        answer.head().mediaType().equals("application/json"),
        "the content type is " + answer.head().headerOr("Content-Type", "missing"));
    probe.requireHeader(answer.head(), "ETag", "\"" + answer.version() + "\"");
    probe.requireHeader(answer.head(), "Cache-Control", "private, no-cache");
    probe.require(
        answer.head().headerOr("Age", "").matches("[0-9]+"), "Age is no number of seconds");
  }

  private static void pace(Probe probe) throws IOException {
    String path = "/status/" + probe.uploads().fresh(probe);
    Answer running = probe.get(path);
    probe.require(
        running.head().headerOr("Retry-After", "").matches("[1-9][0-9]*"),
        "there is no Retry-After while the upload is not over");
    Answer unchanged = probe.get(path, "If-None-Match", "*");
    probe.require(
        unchanged.header("Retry-After").isPresent(), "there is no Retry-After on the 304");
    Answer over = probe.get("/status/" + probe.uploads().over(probe));
    probe.require(over.header("Retry-After").isEmpty(), "Retry-After asks to poll what is over");
  }

  private static void sameBytes(Probe probe) throws IOException {
    String path = "/status/" + probe.uploads().over(probe);
    Answer one = probe.requireStatus(probe.get(path), 200);
    Answer two = probe.requireStatus(probe.get(path), 200);
    probe.require(one.text().equals(two.text()), "two polls of one version differ");
    Stream stream = probe.stream(path);
    var event = probe.require(stream.awaitEvent(Probe.SOON, e -> true), "the stream is empty");
    probe.require(one.text().equals(event.data()), "the event's data differs from the poll");
  }

  private static void unchanged(Probe probe, String tag) throws IOException {
    String path = "/status/" + probe.uploads().over(probe);
    Answer known = probe.requireStatus(probe.get(path), 200);
    Answer answer =
        probe.requireStatus(probe.get(path, "If-None-Match", tag.formatted(known.version())), 304);
    probe.requireHeader(answer.head(), "ETag", "\"" + known.version() + "\"");
    probe.requireHeader(answer.head(), "Cache-Control", "private, no-cache");
    probe.require(answer.text().isEmpty(), "a 304 has no body");
  }

  private static void otherTags(Probe probe) throws IOException {
    String path = "/status/" + probe.uploads().over(probe);
    long version = probe.get(path).version();
    for (String tag :
        List.of(
            "\"0\"", "\"0" + version + "\"", Long.toString(version), "\"x\"", "W/", "\"", ",")) {
      probe.requireStatus(probe.get(path, "If-None-Match", tag), 200);
    }
  }

  private static void above(Probe probe) throws IOException {
    String path = "/status/" + probe.uploads().over(probe);
    Answer known = probe.get(path);
    for (String tag : List.of(Long.toString(known.version() + 1), "9223372036854775807")) {
      Answer answer = probe.get(path, "If-None-Match", "\"" + tag + "\"");
      probe.requireStatus(answer, 200);
      probe.require(answer.version() == known.version(), "the version is not the newest");
    }
  }

  private static void json(Probe probe) throws IOException {
    String path = "/status/" + probe.uploads().over(probe);
    probe.require(
        probe.get(path).head().mediaType().equals("application/json"),
        "without Accept the answer is not JSON");
    for (String accept :
        List.of(
            "*/*",
            "application/*",
            "application/json",
            "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "")) {
      Answer answer = probe.requireStatus(probe.get(path, "Accept", accept), 200);
      probe.require(
          answer.head().mediaType().equals("application/json"),
          "Accept: " + accept + " is not answered with JSON");
    }
  }

  private static void weights(Probe probe) throws IOException {
    String path = "/status/" + probe.uploads().over(probe);
    for (String[] wish :
        new String[][] {
          {"application/json;q=0.5, text/event-stream", "text/event-stream"},
          {"text/event-stream;q=0.5, application/json", "application/json"},
          {"text/event-stream;q=0, */*", "application/json"},
          {"application/json;q=0, */*;q=0.1", "text/event-stream"},
          {"text/event-stream, */*;q=0.1", "text/event-stream"},
          {"text/*", "text/event-stream"},
        }) {
      Answer answer = probe.requireStatus(probe.get(path, "Accept", wish[0]), 200);
      probe.require(
          answer.head().mediaType().equals(wish[1]),
          "Accept: " + wish[0] + " is answered with " + answer.head().mediaType());
    }
  }

  private static void notAcceptable(Probe probe) throws IOException {
    String path = "/status/" + probe.uploads().over(probe);
    for (String accept : List.of("text/html", "application/json;q=0", "image/*, text/csv")) {
      probe.requireProblem(probe.get(path, "Accept", accept), 406, "NOT_ACCEPTABLE");
    }
  }

  private static void vary(Probe probe) throws IOException {
    String path = "/status/" + probe.uploads().over(probe);
    for (Answer answer :
        List.of(
            probe.get(path),
            probe.get(path, "If-None-Match", "*"),
            probe.get(path, "Accept", "text/html"),
            probe.get(path, "Accept", Probe.EVENT_STREAM))) {
      String vary = answer.head().headerOr("Vary", "").toLowerCase(java.util.Locale.ROOT);
      for (String name : List.of("accept", "prefer", "origin")) {
        probe.require(
            List.of(vary.split("[, ]+", -1)).contains(name),
            "Vary of the " + answer.status() + " does not name " + name + ": " + vary);
      }
    }
  }

  private static void waitHolds(Probe probe) throws IOException {
    String path = "/status/" + probe.uploads().fresh(probe);
    Answer known = probe.get(path);
    long from = System.nanoTime();
    Answer answer =
        probe.get(
            path,
            "If-None-Match",
            "\"" + known.version() + "\"",
            "Prefer",
            "respond-async, wait=2");
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - from);
    probe.requireStatus(answer, 304);
    probe.requireHeader(answer.head(), "Preference-Applied", "wait=2");
    probe.require(
        answer.header("Retry-After").isEmpty(), "Retry-After delays who comes back to wait");
    probe.require(millis >= 1900, "it was not held: answered after " + millis + " ms");
  }

  private static void waitMoves(Probe probe) throws Exception {
    String id = probe.uploads().fresh(probe);
    Answer known = probe.get("/status/" + id);
    try (var other = new Probe(probe.target(), probe.uploads())) {
      long from = System.nanoTime();
      var held =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return other.get(
                      "/status/" + id,
                      "If-None-Match",
                      known.head().headerOr("ETag", ""),
                      "Prefer",
                      "wait=20");
                } catch (IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              },
              Thread::startVirtualThread);
      probe.requireStatus(probe.send("POST", "/status/" + id + "/cancel"), 200);
      Answer answer = held.get(30, TimeUnit.SECONDS);
      probe.note(other.evidence());
      long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - from);
      probe.requireStatus(answer, 200);
      probe.require(answer.version() > known.version(), "the version has not moved");
      probe.require(seconds < 15, "the change was not told but found, after " + seconds + " s");
    }
  }

  private static void waitOver(Probe probe) throws IOException {
    String path = "/status/" + probe.uploads().over(probe);
    long from = System.nanoTime();
    Answer answer = probe.get(path, "If-None-Match", "*", "Prefer", "wait=9999");
    long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - from);
    probe.requireStatus(answer, 304);
    probe.require(seconds < 10, "it was held for " + seconds + " s");
    answer
        .header("Preference-Applied")
        .ifPresent(applied ->
            probe.require(
                applied.matches("wait=([1-9]|[1-5][0-9]|60)"), "nobody waits for more than 60 s"));
  }

  private static void waitWithoutValidator(Probe probe) throws IOException {
    Answer answer = probe.get("/status/" + probe.uploads().fresh(probe), "Prefer", "wait=20");
    probe.requireStatus(answer, 200);
    probe.require(
        answer.header("Preference-Applied").isEmpty(), "there is nothing that could be waited for");
    probe.require(answer.header("Retry-After").isPresent(), "an ordinary poll has Retry-After");
  }

  private static void waitJunk(Probe probe) throws IOException {
    String path = "/status/" + probe.uploads().fresh(probe);
    for (String junk : List.of("wait", "wait=", "wait=-1", "wait=soon", "wait=0", "=;,\"")) {
      Answer answer = probe.get(path, "If-None-Match", "*", "Prefer", junk);
      probe.requireStatus(answer, 304);
      probe.require(
          answer.header("Preference-Applied").isEmpty(), "Prefer: " + junk + " was applied");
    }
  }
}
