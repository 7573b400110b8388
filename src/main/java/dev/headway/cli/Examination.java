package dev.headway.cli;

import static dev.headway.cli.Finding.said;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;

/**
 * Looks at a service over HTTP as a browser would use it, one thing after the other, and stops
 * where going on would show nothing. Creates and changes nothing there. For one thread.
 */
final class Examination {
  private static final String JSON = "application/json";
  private static final String STREAM = "text/event-stream";

  /** As browsers offer it, so that whoever compresses for them does so here. */
  private static final String ENCODINGS = "gzip, deflate, br, zstd";

  private static final String UPLOADS = "/status";

  private final Probe probe;
  private final Wishes wishes;
  private final InstantSource clock;
  private final List<Finding> findings = new ArrayList<>();
  private Duration clockAhead = Duration.ZERO;

  /**
   * What to look at.
   *
   * @param token empty where there is none: then nothing of the stream can be seen
   * @param upload of the caller, for what only shows with an upload; otherwise their newest
   * @param origin of a page that shall be allowed to call
   * @param listen how long to listen to the stream
   */
  record Wishes(
      Optional<String> token, Optional<String> upload, Optional<URI> origin, Duration listen) {}

  Examination(Probe probe, Wishes wishes, InstantSource clock) {
    this.probe = probe;
    this.wishes = wishes;
    this.clock = clock;
  }

  List<Finding> look() throws InterruptedException {
    try {
      if (isHeadway()) {
        if (wishes.origin().isPresent()) {
          lookAtOrigin(wishes.origin().get());
        }
        if (wishes.token().isPresent()) {
          lookAsCaller(wishes.token().get());
        } else {
          findings.add(
              Finding.problem(
                  "token", Ailment.TOKEN, "there is none, so nothing of the stream was looked at"));
        }
      }
    } catch (IOException e) {
      findings.add(
          Finding.problem("answers", Ailment.NO_ORIGIN, "no answer: " + Unreachable.reason(e)));
    }
    return List.copyOf(findings);
  }

  /** Without a token the service has one answer, which nobody else would give. */
  private boolean isHeadway() throws IOException, InterruptedException {
    Answer answer = probe.get(UPLOADS, Map.of("Accept", JSON));
    String code = answer.problemCode();
    if (answer.status() / 100 == 3) {
      String target = Printable.of(answer.header("Location"));
      findings.add(
          Finding.problem("service", Ailment.REDIRECTED, answer.status() + " leads to " + target));
      return false;
    }
    if (answer.status() == 401 && code.equals("UNAUTHORIZED")) {
      findings.add(Finding.ok("service", "is Headway, answers after " + said(answer.took())));
      lookAtClock(answer);
      return true;
    }
    if (!code.isEmpty()) {
      String said = Printable.of(answer.json().path("detail").asText(code));
      findings.add(
          Finding.problem(
              "service",
              Ailment.NO_ORIGIN,
              "refuses: " + answer.status() + " " + code + ", " + said));
      return false;
    }
    if (answer.status() >= 500) {
      findings.add(
          Finding.problem(
              "service",
              Ailment.NO_ORIGIN,
              answer.status() + " from somebody between here and the service"));
      return false;
    }
    if (answer.status() == 200 && answer.json().path("uploads").isArray()) {
      findings.add(
          Finding.problem(
              "service", Ailment.CACHED, "shows somebody's uploads to those without a token"));
      return false;
    }
    String challenge = Printable.of(answer.header("WWW-Authenticate"));
    if (answer.status() == 401 && !challenge.isEmpty() && !startsWithBearer(challenge)) {
      findings.add(
          Finding.problem(
              "service",
              Ailment.AUTHORIZATION_LOST,
              "somebody before it wants a sign-in of their own: " + challenge));
      return false;
    }
    boolean known = probe.get("/settings.json", Map.of()).json().path("maxFileSize").asLong() > 0;
    findings.add(
        known
            ? Finding.problem(
                "service",
                Ailment.ERRORS_REPLACED,
                "somebody replaces the service's refusals (" + answer.status() + ") by their own")
            : Finding.problem("service", Ailment.NOT_HEADWAY, "what answers there is not Headway"));
    return known;
  }

  private static boolean startsWithBearer(String challenge) {
    return challenge.toLowerCase(Locale.ROOT).startsWith("bearer");
  }

  private void lookAtClock(Answer answer) {
    findings.add(ClockLook.at(answer));
    clockAhead = ClockLook.ahead(answer).orElse(Duration.ZERO);
  }

  private void lookAsCaller(String token) throws IOException, InterruptedException {
    Finding ofToken = TokenLook.at(token, clock.instant().plus(clockAhead));
    findings.add(ofToken);
    Map<String, String> caller = Map.of("Authorization", "Bearer " + token, "Accept", JSON);
    Answer answer = probe.get(UPLOADS + "?limit=100", caller);
    if (answer.status() != 200) {
      findings.add(refusal(answer));
      return;
    }
    JsonNode uploads = answer.json().path("uploads");
    if (!uploads.isArray()) {
      findings.add(
          Finding.problem("poll", Ailment.ACCEPT_LOST, "asked for JSON and got something else"));
      return;
    }
    findings.add(Finding.ok("poll", "answered after " + said(answer.took())));
    lookAtCaching(answer, caller);
    lookAtStream(token, answer.took());
    lookAtReturn(token, uploads);
  }

  private static Finding refusal(Answer answer) {
    String code = answer.problemCode();
    String words = "refused: " + (answer.status() + " " + code).strip();
    return switch (code) {
      case "UNAUTHORIZED" ->
          Finding.problem(
              "poll", Ailment.AUTHORIZATION_LOST, words + ", so the token did not arrive");
      case "TOKEN_EXPIRED" -> Finding.problem("poll", Ailment.TOKEN, words);
      case "INVALID_TOKEN" -> {
        String why = Printable.of(answer.json().path("detail").asText());
        yield Finding.problem("poll", Ailment.TOKEN, words + ", " + why);
      }
      default ->
          Finding.problem(
              "poll", answer.status() >= 500 ? Ailment.NO_ORIGIN : Ailment.REFUSED, words);
    };
  }

  private void lookAtCaching(Answer answer, Map<String, String> caller)
      throws IOException, InterruptedException {
    String id = answer.header("X-Request-Id");
    Answer again = probe.get(UPLOADS + "?limit=100", caller);
    Answer stranger = probe.get(UPLOADS + "?limit=100", Map.of("Accept", JSON));
    if (stranger.status() == 200) {
      findings.add(
          Finding.problem("caching", Ailment.CACHED, "a cache shows your uploads to strangers"));
      return;
    }
    if (!id.isEmpty() && id.equals(again.header("X-Request-Id"))) {
      findings.add(
          Finding.problem("caching", Ailment.CACHED, "a cache answers in place of the service"));
      return;
    }
    var lost = new ArrayList<String>();
    if (!answer.lists("Cache-Control", "private") || !answer.lists("Cache-Control", "no-cache")) {
      lost.add("Cache-Control (private, no-cache)");
    }
    if (!answer.lists("Vary", "Accept") && !answer.lists("Vary", "*")) {
      lost.add("Vary (Accept)");
    }
    if (answer.header("Age").isEmpty()) {
      lost.add("Age");
    }
    if (id.isEmpty()) {
      lost.add("X-Request-Id");
    }
    findings.add(
        lost.isEmpty()
            ? Finding.ok("caching", "nothing is kept, and the headers are as they were sent")
            : Finding.problem(
                "caching",
                Ailment.HEADERS_LOST,
                "on the way got lost: " + String.join(", ", lost)));
  }

  private void lookAtStream(String token, Duration poll) throws InterruptedException {
    Map<String, String> plain = Map.of("Authorization", "Bearer " + token, "Accept", STREAM);
    Map<String, String> browser = new HashMap<>(plain);
    browser.put("Accept-Encoding", ENCODINGS);
    var beside = new FutureTask<>(() -> probe.listen(UPLOADS, browser, wishes.listen()));
    Thread.ofVirtual().start(beside);
    StreamTrace trace = probe.listen(UPLOADS, plain, wishes.listen());
    try {
      findings.addAll(StreamLook.at(trace, beside.get(), poll));
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What a reader that comes back shows, who has a version already. */
  private void lookAtReturn(String token, JsonNode uploads)
      throws IOException, InterruptedException {
    Optional<String> chosen = wishes.upload().or(() -> over(uploads));
    if (chosen.isEmpty()) {
      findings.add(
          Finding.skipped(
              "Last-Event-ID",
              "you have no upload to try it with; neither ETag nor If-None-Match"));
      return;
    }
    String path = UPLOADS + "/" + chosen.get();
    Map<String, String> poll = new HashMap<>();
    poll.put("Authorization", "Bearer " + token);
    poll.put("Accept", JSON);
    Answer record = probe.get(path, poll);
    long version = record.json().path("version").asLong();
    if (record.status() != 200 || version < 1) {
      String answer = (record.status() + " " + record.problemCode()).strip();
      findings.add(Finding.problem("upload", Ailment.REFUSED, "cannot be read: " + answer));
      return;
    }
    poll.put("If-None-Match", "\"" + version + "\"");
    Answer unchanged = probe.get(path, poll);
    if (record.header("ETag").isEmpty()) {
      findings.add(Finding.problem("ETag", Ailment.VALIDATOR_LOST, "got lost on the way"));
    } else if (unchanged.status() == 200 && unchanged.json().path("version").asLong() == version) {
      findings.add(
          Finding.problem("ETag", Ailment.VALIDATOR_LOST, "If-None-Match got lost on the way"));
    } else {
      findings.add(
          changedTag(path, poll)
              .map(tag -> Finding.problem("ETag", Ailment.VALIDATOR_LOST, changed(tag)))
              .orElseGet(() ->
                  Finding.ok("ETag", "a poll without news is answered " + unchanged.status())));
    }
    lookAtLastEventId(path, token, version, isOver(record.json()));
  }

  /** The tag that a compressor made of the service's, if that is not known when it comes back. */
  private Optional<String> changedTag(String path, Map<String, String> poll)
      throws IOException, InterruptedException {
    Map<String, String> browser = new HashMap<>(poll);
    browser.put("Accept-Encoding", ENCODINGS);
    browser.remove("If-None-Match");
    String tag = probe.get(path, browser).header("ETag");
    if (tag.matches("(W/)?\"[0-9]+\"")) {
      return Optional.empty();
    }
    browser.put("If-None-Match", tag);
    return probe.get(path, browser).status() == 304 ? Optional.empty() : Optional.of(tag);
  }

  private static String changed(String tag) {
    return tag.isEmpty()
        ? "got lost where answers are compressed"
        : "whoever compresses makes it " + Printable.of(tag) + ", which the service does not know";
  }

  private void lookAtLastEventId(String path, String token, long version, boolean isOver)
      throws InterruptedException {
    Map<String, String> headers =
        Map.of(
            "Authorization",
            "Bearer " + token,
            "Accept",
            STREAM,
            "Last-Event-ID",
            Long.toString(version));
    StreamTrace trace = probe.listen(path, headers, Duration.ofSeconds(3));
    int status = trace.head().map(StreamTrace.Head::status).orElse(0);
    if (status == 204) {
      findings.add(Finding.ok("Last-Event-ID", "arrives: nothing is sent twice"));
    } else if (status != 200 || trace.firstByte().isEmpty()) {
      findings.add(Finding.skipped("Last-Event-ID", "no stream to try it with"));
    } else if (!trace.events().contains("status")) {
      findings.add(Finding.ok("Last-Event-ID", "arrives: nothing is sent twice"));
    } else if (isOver) {
      findings.add(
          Finding.problem("Last-Event-ID", Ailment.LAST_EVENT_ID_LOST, "got lost on the way"));
    } else { // the version that was sent again, or the next one: both are a status event
      findings.add(
          Finding.skipped(
              "Last-Event-ID", "the upload goes on; try it with --upload and one that is over"));
    }
  }

  /** The newest upload that is over, which no change comes between; otherwise the newest. */
  private static Optional<String> over(JsonNode uploads) {
    Optional<String> newest = Optional.empty();
    for (JsonNode upload : uploads) {
      String id = upload.path("uploadId").asText("");
      if (id.matches("[A-Za-z0-9_-]{1,255}")) {
        if (isOver(upload)) {
          return Optional.of(id);
        }
        newest = newest.or(() -> Optional.of(id));
      }
    }
    return newest;
  }

  private static boolean isOver(JsonNode upload) {
    return List.of("completed", "error", "cancelled").contains(upload.path("status").asText());
  }

  private void lookAtOrigin(URI origin) throws IOException, InterruptedException {
    Answer preflight =
        probe.ask(
            "OPTIONS",
            UPLOADS,
            Map.of(
                "Origin",
                origin.toString(),
                "Access-Control-Request-Method",
                "GET",
                "Access-Control-Request-Headers",
                "authorization,last-event-id"));
    Answer answer = probe.get(UPLOADS, Map.of("Accept", JSON, "Origin", origin.toString()));
    findings.add(
        wrongWith(preflight, answer, origin)
            .map(wrong -> Finding.problem("CORS", Ailment.CORS_REFUSED, wrong))
            .orElseGet(() -> Finding.ok("CORS", origin + " may call")));
  }

  private static Optional<String> wrongWith(Answer preflight, Answer answer, URI origin) {
    if (preflight.status() / 100 != 2) {
      return Optional.of("the preflight is answered " + preflight.status());
    }
    for (Answer each : List.of(preflight, answer)) {
      List<String> allowed = each.headers().allValues("Access-Control-Allow-Origin");
      if (allowed.size() > 1) {
        return Optional.of("Access-Control-Allow-Origin is there twice, which browsers refuse");
      }
      if (allowed.isEmpty()) {
        return Optional.of(origin + " may not call");
      }
      if (!allowed.getFirst().equals(origin.toString()) && !allowed.getFirst().equals("*")) {
        return Optional.of(Printable.of(allowed.getFirst()) + " may call, " + origin + " may not");
      }
    }
    List<String> missing =
        Stream.of("Authorization", "Last-Event-ID")
            .filter(name -> !preflight.lists("Access-Control-Allow-Headers", name))
            .toList();
    return missing.isEmpty()
        ? Optional.empty()
        : Optional.of("pages may not send " + String.join(", ", missing).toLowerCase(Locale.ROOT));
  }
}
