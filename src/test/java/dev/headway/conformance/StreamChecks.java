package dev.headway.conformance;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** One upload as an event stream. */
final class StreamChecks {
  private static final String STREAM = "Reading: Stream";
  private static final Duration BETWEEN_HEARTBEATS = Duration.ofMillis(16_500);
  private static final Duration WITHIN_TWO_MINUTES = Duration.ofSeconds(125);

  /** For a node to have sent all away: longer than ours takes. */
  private static final Duration DRAINED = Duration.ofSeconds(60);

  private StreamChecks() {}

  static List<Check> all() {
    return List.of(
        new Check(
            "stream.headers",
            STREAM,
            "A stream is UTF-8, and tells proxies neither to keep nor to change nor to hold it",
            StreamChecks::headers),
        new Check(
            "stream.uncompressed",
            STREAM,
            "A stream is never compressed, whoever would take it so",
            StreamChecks::uncompressed),
        new Check(
            "stream.retry",
            STREAM,
            "First comes retry, 500 to 2000 ms, not the same for everybody",
            StreamChecks::retry),
        new Check(
            "stream.snapshot",
            STREAM,
            "Then comes the current record, with its version as id",
            StreamChecks::snapshot),
        new Check(
            "stream.canary",
            STREAM,
            "The first bytes come while the stream is open: nothing between holds them back",
            StreamChecks::canary),
        new Check(
            "stream.framing",
            STREAM,
            "The bytes are an event stream by the letter, however they are cut",
            StreamChecks::framing),
        new Check(
            "stream.order",
            STREAM,
            "Versions only rise, none comes twice, the last one is terminal, then the stream ends",
            StreamChecks::order),
        new Check(
            "stream.change",
            STREAM,
            "A change reaches a stream that is open",
            StreamChecks::change),
        new Check(
            "stream.alias", "Reading", "/events streams whatever is accepted", StreamChecks::alias),
        new Check(
            "resume.current",
            STREAM,
            "With the current version as Last-Event-ID a comment takes the record's place",
            StreamChecks::resumeCurrent),
        new Check(
            "resume.query",
            STREAM,
            "lastEventId in the query does the same, and the header comes first",
            StreamChecks::resumeQuery),
        new Check(
            "resume.older",
            STREAM,
            "With an older version the stream begins with the record",
            StreamChecks::resumeOlder),
        new Check(
            "resume.above",
            STREAM,
            "An id above the newest version is looked up, and then ignored",
            StreamChecks::resumeAbove),
        new Check("resume.junk", STREAM, "What is no version is ignored", StreamChecks::resumeJunk),
        new Check(
            "resume.cut",
            STREAM,
            "A reader that is cut off again and again misses no end and sees nothing twice",
            StreamChecks::resumeAfterCuts),
        new Check(
            "stream.end",
            STREAM,
            "The stream of an upload that is over shows its record and ends",
            StreamChecks::end),
        new Check(
            "stream.204",
            STREAM,
            "Who has the terminal version gets 204, which ends an EventSource",
            StreamChecks::nothingLeft),
        new Check(
            "stream.heartbeat",
            STREAM,
            "A comment comes at least every 15 s",
            StreamChecks::heartbeat),
        new Check(
            "stream.http-1.0",
            STREAM,
            "A reader of HTTP/1.0 gets a body that ends with the connection",
            StreamChecks::http10),
        new Check(
            "stream.head",
            "Reading",
            "HEAD gets the headers of a stream, and no stream",
            StreamChecks::head),
        new Check(
            "token.end",
            STREAM,
            "The stream ends with the token, and then it is refused",
            StreamChecks::tokenEnd),
        new Check(
            "stream.expired",
            STREAM,
            "When the record's life is over event: expired ends the stream, and it is absent",
            StreamChecks::expired),
        new Check(
            "drain.streams",
            STREAM,
            "A server that goes down sends its streams away, each with a fresh retry",
            StreamChecks::drain));
  }

  private static void headers(Probe probe) throws IOException {
    Stream stream = probe.stream("/status/" + probe.uploads().fresh(probe));
    probe.requireStatus(stream.head(), 200);
    probe.requireHeader(stream.head(), "Content-Type", "text/event-stream; charset=utf-8");
    probe.requireHeader(stream.head(), "Cache-Control", "no-cache, no-transform");
    probe.requireHeader(stream.head(), "X-Accel-Buffering", "no");
  }

  private static void uncompressed(Probe probe) throws IOException {
    Stream stream =
        probe.stream(
            "/status/" + probe.uploads().fresh(probe),
            "Accept-Encoding",
            "gzip, deflate, br, zstd, *;q=0.1");
    probe.requireStatus(stream.head(), 200);
    String encoding = stream.head().headerOr("Content-Encoding", "identity");
    probe.require(encoding.equals("identity"), "the stream is compressed with " + encoding);
    probe.require(
        stream.awaitEvent(Probe.SOON, event -> true).isPresent(), "no event can be read from it");
  }

  private static void retry(Probe probe) throws IOException {
    String path = "/status/" + probe.uploads().fresh(probe);
    List<Long> pauses = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      try (Stream stream = probe.stream(path)) {
        stream.awaitEvent(Probe.SOON, event -> true);
        probe.require(
            !stream.items().isEmpty() && stream.items().getFirst() instanceof StreamItem.Retry,
            "the stream does not begin with retry");
        pauses.add(((StreamItem.Retry) stream.items().getFirst()).millis());
      }
    }
    probe.require(
        pauses.stream().allMatch(pause -> pause >= 500 && pause <= 2000),
        "retry is not within 500 and 2000 ms: " + pauses);
    probe.require(
        pauses.stream().distinct().count() > 1,
        "everybody is told to come back at the same time: " + pauses);
  }

  private static void snapshot(Probe probe) throws IOException {
    String id = probe.uploads().fresh(probe);
    Answer poll = probe.get("/status/" + id);
    Stream stream = probe.stream("/status/" + id);
    var event = firstEvent(probe, stream);
    probe.require(event.type().equals("status"), "the first event is " + event.type());
    probe.require(
        event.id().equals(Optional.of(Long.toString(event.version()))),
        "the id is " + event.id().orElse("missing") + " and the version " + event.version());
    probe.require(event.data().equals(poll.text()), "the data is not the record");
  }

  private static StreamItem.Event firstEvent(Probe probe, Stream stream) throws IOException {
    probe.requireStatus(stream.head(), 200);
    return probe.require(
        stream.awaitEvent(Probe.SOON, event -> true),
        "no event came within " + Probe.SOON.toSeconds() + " s");
  }

  private static void canary(Probe probe) throws IOException {
    Stream stream = probe.stream("/status/" + probe.uploads().fresh(probe));
    probe.requireStatus(stream.head(), 200);
    probe.require(
        stream.await(Probe.SOON, item -> true).isPresent(),
        "not a byte within "
            + Probe.SOON.toSeconds()
            + " s: something between here and the server collects them");
    probe.require(
        stream.awaitEvent(Probe.SOON, event -> true).isPresent(), "the record is held back");
    probe.require(!stream.isEnded(), "the stream ended although the upload is not over");
  }

  private static void framing(Probe probe) throws IOException {
    String id = probe.uploads().moving(probe, 60);
    Stream stream = probe.stream("/status/" + id);
    stream.awaitEvent(Probe.WORK, StreamItem.Event::isTerminal);
    stream.awaitEnd(Duration.ofSeconds(1));
    probe.require(!stream.events().isEmpty(), "there is nothing in the stream");
    probe.require(stream.breaches().isEmpty(), String.join("; ", stream.breaches()));
    probe.require(
        stream.events().stream()
            .allMatch(
                event -> event.json().at("/metadata/fileName").asText().equals(Uploads.FILE_NAME)),
        "the name of the file is not what it was: " + Uploads.FILE_NAME);
    // The same bytes, cut anywhere, are the same events.
    byte[] bytes = stream.raw();
    List<String> whole = texts(stream.items());
    Random random = new Random(bytes.length);
    for (int round = 0; round < 20; round++) {
      List<StreamItem> items = new ArrayList<>();
      var parser = new StrictParser(items::add);
      for (int at = 0; at < bytes.length; ) {
        int length = Math.min(bytes.length - at, 1 + random.nextInt(1 << random.nextInt(10)));
        parser.take(bytes, at, length);
        at += length;
      }
      probe.require(texts(items).equals(whole), "cut in another way it is another stream");
    }
  }

  private static List<String> texts(List<StreamItem> items) {
    return items.stream().map(item -> item.toString().replaceFirst("at=.*", "")).toList();
  }

  private static void order(Probe probe) throws IOException {
    String id = probe.uploads().moving(probe, 150);
    Stream stream = probe.stream("/status/" + id);
    boolean isOver = stream.awaitEvent(Probe.WORK, StreamItem.Event::isTerminal).isPresent();
    boolean ended = isOver ? stream.awaitEnd(Probe.SOON) : stream.isEnded();
    List<StreamItem.Event> events = stream.events("status");
    requireRising(probe, events.stream().map(StreamItem.Event::version).toList());
    if (!ended && !isOver) {
      throw new Check.Skip(
          "the upload did not end within " + Probe.WORK.toSeconds() + " s: are there workers?");
    }
    probe.require(
        !events.isEmpty() && events.getLast().isTerminal(),
        "the stream ended without the terminal version");
    probe.require(
        events.stream().filter(StreamItem.Event::isTerminal).count() == 1,
        "the terminal version came more than once");
    probe.require(ended, "the stream goes on after the terminal version");
    requireStagesForward(probe, events);
    Answer poll = probe.get("/status/" + id);
    probe.require(
        poll.version() == events.getLast().version(), "the poll knows another last version");
  }

  private static void requireStagesForward(Probe probe, List<StreamItem.Event> events) {
    List<String> order = List.of("file_upload", "file_processing", "batch_processing", "completed");
    int last = 0;
    for (StreamItem.Event event : events) {
      int stage = order.indexOf(event.json().path("stage").asText());
      probe.require(stage >= last, "the stage went back in version " + event.version());
      last = stage;
    }
  }

  static void requireRising(Probe probe, List<Long> versions) {
    for (int i = 1; i < versions.size(); i++) {
      probe.require(
          versions.get(i) > versions.get(i - 1), "the versions do not only rise: " + versions);
    }
  }

  private static void change(Probe probe) throws IOException {
    String id = probe.uploads().fresh(probe);
    Stream stream = probe.stream("/status/" + id);
    long first = firstEvent(probe, stream).version();
    Answer cancelled = probe.requireStatus(probe.send("POST", "/status/" + id + "/cancel"), 200);
    var event =
        probe.require(
            stream.awaitEvent(Probe.SOON, e -> e.version() > first), "the change did not come");
    probe.require(event.isTerminal(), "the change is not the cancellation");
    probe.require(event.version() == cancelled.version(), "it is another version");
    probe.require(stream.awaitEnd(Probe.SOON), "the stream goes on after the terminal version");
  }

  private static void alias(Probe probe) throws IOException {
    String path = "/status/" + probe.uploads().fresh(probe) + "/events";
    for (String accept : List.of("application/json", "text/html", "*/*")) {
      try (Stream stream = probe.stream(path, "Accept", accept)) {
        probe.requireStatus(stream.head(), 200);
        probe.require(
            stream.head().mediaType().equals(Probe.EVENT_STREAM),
            "Accept: " + accept + " gets " + stream.head().mediaType());
        firstEvent(probe, stream);
      }
    }
  }

  private static void resumeCurrent(Probe probe) throws IOException {
    String id = probe.uploads().fresh(probe);
    long version = probe.get("/status/" + id).version();
    Stream stream = probe.stream("/status/" + id, "Last-Event-ID", Long.toString(version));
    requireCaughtUp(probe, stream);
    probe.requireStatus(probe.send("POST", "/status/" + id + "/cancel"), 200);
    var next = firstEvent(probe, stream);
    probe.require(next.version() > version, "the version that the reader has came again");
  }

  static void requireCaughtUp(Probe probe, Stream stream) throws IOException {
    probe.requireStatus(stream.head(), 200);
    var first =
        probe.require(
            stream.await(Probe.SOON, item -> !(item instanceof StreamItem.Retry)),
            "nothing came in the record's place");
    probe.require(
        first instanceof StreamItem.Comment, "the reader gets what it has already: " + first);
  }

  private static void resumeQuery(Probe probe) throws IOException {
    String id = probe.uploads().fresh(probe);
    String path = "/status/" + id + "?lastEventId=";
    long version = probe.get("/status/" + id).version();
    try (Stream stream = probe.stream(path + version)) {
      requireCaughtUp(probe, stream);
    }
    // A browser keeps the header up to date, and the query stays as the page wrote it.
    try (Stream stream =
        probe.stream(path + (version + 7), "Last-Event-ID", Long.toString(version))) {
      requireCaughtUp(probe, stream);
    }
  }

  private static void resumeOlder(Probe probe) throws IOException {
    String path = "/status/" + probe.uploads().over(probe);
    Answer poll = probe.get(path);
    Stream stream = probe.stream(path, "Last-Event-ID", Long.toString(poll.version() - 1));
    probe.require(
        firstEvent(probe, stream).version() == poll.version(), "it is not the newest version");
  }

  private static void resumeAbove(Probe probe) throws IOException {
    for (String path :
        List.of(
            "/status/" + probe.uploads().fresh(probe), "/status/" + probe.uploads().over(probe))) {
      long version = probe.get(path).version();
      try (Stream stream = probe.stream(path, "Last-Event-ID", Long.toString(version + 100))) {
        probe.require(
            firstEvent(probe, stream).version() == version, "it is not the newest version");
      }
    }
  }

  private static void resumeJunk(Probe probe) throws IOException {
    String path = "/status/" + probe.uploads().over(probe);
    long version = probe.get(path).version();
    for (String junk :
        List.of(
            "x",
            "-1",
            "0",
            "0" + version,
            version + ".0",
            "99999999999999999999999",
            "\"1\"",
            "\u00fc",
            "1,2")) {
      try (Stream stream = probe.stream(path, "Last-Event-ID", junk)) {
        probe.require(
            firstEvent(probe, stream).version() == version, "it is not the newest version");
      }
    }
    try (Stream stream = probe.stream(path + "?lastEventId=%0d%0aid:%201")) {
      probe.require(firstEvent(probe, stream).version() == version, "it is not the newest version");
    }
  }

  private static void resumeAfterCuts(Probe probe) throws IOException {
    String id = probe.uploads().moving(probe, 150);
    List<Long> versions = new ArrayList<>();
    long until = System.nanoTime() + Probe.WORK.toNanos();
    while (true) {
      String[] last =
          versions.isEmpty()
              ? new String[0]
              : new String[] {"Last-Event-ID", Long.toString(versions.getLast())};
      try (Stream stream = probe.stream("/status/" + id, last)) {
        if (stream.head().status() == 204) {
          break;
        }
        // Two events, then it is cut in whatever follows.
        for (int i = 0; i < 2 && !stream.isEnded(); i++) {
          int seen = stream.events().size();
          stream.awaitEvent(Probe.SOON, event -> stream.events().size() > seen);
        }
        stream.events("status").forEach(event -> versions.add(event.version()));
        requireRising(probe, versions);
        if (stream.isEnded() && stream.events().isEmpty()) {
          Answer poll = probe.get("/status/" + id);
          probe.require(
              !Probe.TERMINAL.contains(poll.json().path("status").asText())
                  || poll.version() == versions.getLast(),
              "a stream ended without the version that the poll has");
        }
      }
      if (System.nanoTime() > until) {
        throw new Check.Skip("the upload did not end in time: are there workers?");
      }
    }
    Answer poll = probe.get("/status/" + id);
    probe.require(
        !versions.isEmpty() && poll.version() == versions.getLast(),
        "204 came before the terminal version: " + versions + ", and it is " + poll.version());
  }

  private static void end(Probe probe) throws IOException {
    Stream stream = probe.stream("/status/" + probe.uploads().over(probe));
    probe.require(firstEvent(probe, stream).isTerminal(), "the record is not terminal");
    probe.require(stream.awaitEnd(Probe.SOON), "the stream goes on after the terminal version");
    probe.require(stream.breaches().isEmpty(), String.join("; ", stream.breaches()));
  }

  private static void nothingLeft(Probe probe) throws IOException {
    String path = "/status/" + probe.uploads().over(probe);
    long version = probe.get(path).version();
    Answer answer =
        probe.get(path, "Accept", Probe.EVENT_STREAM, "Last-Event-ID", Long.toString(version));
    probe.requireStatus(answer, 204);
    probe.require(answer.text().isEmpty(), "a 204 has no body");
    probe.requireStatus(probe.get(path + "/events?lastEventId=" + version), 204);
  }

  private static void heartbeat(Probe probe) throws IOException {
    Stream stream = probe.stream("/status/" + probe.uploads().fresh(probe));
    firstEvent(probe, stream);
    long last = stream.items().getLast().at();
    int seen = stream.items().size();
    var next =
        probe.require(
            stream.await(BETWEEN_HEARTBEATS.plusSeconds(5), item -> stream.items().size() > seen),
            "nothing came for more than 20 s");
    long silence = Duration.ofNanos(next.at() - last).toMillis();
    probe.require(silence <= BETWEEN_HEARTBEATS.toMillis(), "it was silent for " + silence + " ms");
  }

  private static void http10(Probe probe) throws IOException {
    Ask ask =
        probe
            .mine(Ask.get("/status/" + probe.uploads().over(probe)))
            .with("Accept", Probe.EVENT_STREAM)
            .inVersion("HTTP/1.0");
    Stream stream = probe.open(ask);
    probe.requireStatus(stream.head(), 200);
    probe.require(stream.head().header("Transfer-Encoding").isEmpty(), "HTTP/1.0 knows no chunks");
    firstEvent(probe, stream);
    probe.require(stream.awaitEnd(Probe.SOON), "the connection does not end with the stream");
    probe.require(stream.breaches().isEmpty(), String.join("; ", stream.breaches()));
  }

  private static void head(Probe probe) throws IOException {
    String id = probe.uploads().fresh(probe);
    for (String path : List.of("/status/" + id, "/status/" + id + "/events")) {
      Answer answer = probe.send("HEAD", path, "Accept", Probe.EVENT_STREAM);
      probe.requireStatus(answer, 200);
      probe.requireHeader(answer.head(), "Content-Type", "text/event-stream; charset=utf-8");
      probe.requireHeader(answer.head(), "Cache-Control", "no-cache, no-transform");
    }
  }

  private static void tokenEnd(Probe probe) throws IOException {
    String token =
        probe.target().shortToken().orElseThrow(() -> new Check.Skip("needs --short-token")).get();
    String path = "/status/" + probe.uploads().fresh(probe);
    Stream stream = probe.open(Probe.as(token, Ask.get(path)).with("Accept", Probe.EVENT_STREAM));
    if (stream.head().status() == 401) {
      throw new Check.Skip("the short token was over before this check began");
    }
    firstEvent(probe, stream);
    probe.require(
        stream.awaitEnd(Duration.ofSeconds(125)), "the stream goes on for more than two minutes");
    probe.require(!stream.events("token").isEmpty(), "event: token did not come before the end");
    var notice = stream.events("token").getFirst();
    probe.require(notice.json().hasNonNull("expiresAt"), "event: token does not say expiresAt");
    probe.require(notice.id().isEmpty(), "event: token has an id, which it would resume from");
    probe.requireProblem(probe.ask(Probe.as(token, Ask.get(path))), 401, "TOKEN_EXPIRED");
  }

  private static void expired(Probe probe) throws IOException {
    String id =
        probe.target().expiring().orElseThrow(() -> new Check.Skip("needs --expiring")).get();
    String path = "/status/" + id;
    if (probe.get(path).status() == 404) {
      throw new Check.Skip("the life of " + id + " was over before this check began");
    }
    Stream one = probe.stream(path);
    if (firstEvent(probe, one).isTerminal()) {
      // Its stream has ended before its life does.
      throw new Check.Skip(id + " is over already: --expiring needs one that is not");
    }
    String living = probe.uploads().fresh(probe);
    Stream many = probe.stream("/status?uploadId=" + id + "&uploadId=" + living);
    firstEvent(probe, many);
    for (Stream stream : List.of(one, many)) {
      var event =
          probe.require(
              stream.awaitEvent(WITHIN_TWO_MINUTES, e -> e.type().equals("expired")),
              "event: expired did not come within two minutes");
      probe.require(event.id().isEmpty(), "event: expired has an id, which it would resume from");
      probe.require(
          event.json().path("uploadId").asText().equals(id), "the data does not say whose life");
    }
    probe.require(one.awaitEnd(Probe.SOON), "the stream goes on after event: expired");
    probe.requireProblem(probe.get(path), 404, "UPLOAD_NOT_FOUND");
    probe.requireProblem(probe.get(path, "Accept", Probe.EVENT_STREAM), 404, "UPLOAD_NOT_FOUND");
    probe.requireStatus(probe.send("POST", "/status/" + living + "/cancel"), 200);
    probe.require(
        many.awaitEvent(
            Probe.SOON, e -> e.json().path("uploadId").asText().equals(living) && e.isTerminal()),
        "the stream of several ended with the first of them");
  }

  private static void drain(Probe probe) throws Exception {
    Target.Drain drain = probe.target().drain().orElseThrow(() -> new Check.Skip("needs --drain"));
    List<Stream> streams = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      streams.add(probe.stream("/status/" + probe.uploads().fresh(probe)));
      streams.add(probe.stream("/status"));
    }
    for (Stream stream : streams) {
      firstEvent(probe, stream);
    }
    drain.begin();
    List<Long> pauses = new ArrayList<>();
    for (Stream stream : streams) {
      probe.require(
          stream.awaitEnd(DRAINED), "a stream is open " + DRAINED.toSeconds() + " s later");
      probe.require(stream.breaches().isEmpty(), String.join("; ", stream.breaches()));
      probe.require(
          stream.events().stream().noneMatch(event -> !event.type().equals("status")),
          "a stream that only moves elsewhere was told of an end");
      probe.require(
          stream.items().getLast() instanceof StreamItem.Retry,
          "the last word is no fresh retry: " + stream.items().getLast());
      pauses.add(((StreamItem.Retry) stream.items().getLast()).millis());
    }
    probe.require(
        pauses.stream().distinct().count() > 1,
        "everybody is told to come back at the same time: " + pauses);
  }
}
