package dev.headway.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * What a check asks the server with. It keeps what was asked and answered, as evidence, and closes
 * what was opened. One check's, and one thread's at a time.
 */
final class Probe implements AutoCloseable {
  static final Set<String> TERMINAL = Set.of("completed", "error", "cancelled");
  static final String EVENT_STREAM = "text/event-stream";

  /** For what comes at once. Generous: a slow server is not a wrong one. */
  static final Duration SOON = Duration.ofSeconds(10);

  /** For a whole upload, from its file to its end. */
  static final Duration WORK = Duration.ofSeconds(90);

  private static final int MOST_EVIDENCE = 6;
  private static final int MOST_REPEATS = 60;

  private final Target target;
  private final Uploads uploads;
  private final Deque<String> evidence = new ArrayDeque<>();
  private final List<AutoCloseable> open = new ArrayList<>();
  private Optional<Head> limit = Optional.empty();

  Probe(Target target, Uploads uploads) {
    this.target = target;
    this.uploads = uploads;
  }

  Target target() {
    return target;
  }

  Uploads uploads() {
    return uploads;
  }

  // ---- asking

  /** By the first user. */
  Answer get(String path, String... headers) throws IOException {
    return ask(mine(Ask.get(path, headers)));
  }

  /** By the first user. */
  Answer send(String method, String path, String... headers) throws IOException {
    return ask(mine(Ask.of(method, path, headers)));
  }

  /** By the first user, a stream unless the headers say otherwise. */
  Stream stream(String path, String... headers) throws IOException {
    Ask ask = mine(Ask.get(path, headers));
    return open(ask.has("Accept") ? ask : ask.with("Accept", EVENT_STREAM));
  }

  Ask mine(Ask ask) {
    return as(target.token(), ask);
  }

  static Ask as(String token, Ask ask) {
    return ask.has("Authorization") ? ask : ask.with("Authorization", "Bearer " + token);
  }

  /** As it is, but for the host; a connection for it alone. Comes back later when told to. */
  Answer ask(Ask ask) throws IOException {
    for (int i = 0; ; i++) {
      Answer answer = askOnce(ask);
      boolean tooOften = answer.json().path("code").asText().equals("RATE_LIMITED");
      if (!tooOften || i == MOST_REPEATS) {
        return answer;
      }
      pause(answer.head());
    }
  }

  /** The same, whatever the answer is. */
  Answer askOnce(Ask ask) throws IOException {
    try (Wire wire = wire()) {
      return askOn(wire, ask.has("Connection") ? ask : ask.with("Connection", "close"));
    }
  }

  Answer askOn(Wire wire, Ask ask) throws IOException {
    Ask whole = addressed(ask);
    wire.send(whole.bytes());
    Head head;
    try {
      head = wire.readHead();
    } catch (IOException e) {
      note(whole + "\n  → " + e.getMessage());
      throw e;
    }
    String body = new String(wire.body(head, ask.method()).readAllBytes(), StandardCharsets.UTF_8);
    var answer = new Answer(head, body);
    note(whole + "\n  → " + answer);
    target.seen().answer(ask.method(), ask.target(), head.status(), head.headers(), body, true);
    if (head.status() == 429 || body.contains("event: unavailable")) {
      limit = Optional.of(head);
    }
    return answer;
  }

  /** Opens an answer to read it as it comes. Comes back later when told to. */
  Stream open(Ask ask) throws IOException {
    for (int i = 0; ; i++) {
      Stream stream = openOnce(ask);
      boolean tooOften =
          stream.head().status() == 429
              ? stream.whole(SOON).json().path("code").asText().equals("RATE_LIMITED")
              : !ask.has("Authorization") && isToldToComeBack(stream);
      if (!tooOften || i == MOST_REPEATS) {
        return stream;
      }
      stream.close();
      pause(stream.head());
    }
  }

  /** By ticket or cookie that is no 429. */
  private static boolean isToldToComeBack(Stream stream) throws IOException {
    boolean isStream =
        stream.head().status() == 200 && stream.head().mediaType().equals(EVENT_STREAM);
    return isStream
        && stream
            .await(SOON, item -> !(item instanceof StreamItem.Retry))
            .filter(item -> item instanceof StreamItem.Event e && e.type().equals("unavailable"))
            .isPresent();
  }

  /** The same, whatever the answer is. */
  Stream openOnce(Ask ask) throws IOException {
    Wire wire = wire();
    Ask whole = addressed(ask);
    wire.send(whole.bytes());
    Head head = wire.readHead();
    note(whole + "\n  → " + head);
    if (head.status() == 429) {
      limit = Optional.of(head);
    }
    var stream = new Stream(wire, head, ask.method());
    open.add(() -> {
      stream.close();
      target
          .seen()
          .answer(
              ask.method(),
              ask.target(),
              head.status(),
              head.headers(),
              new String(stream.raw(), StandardCharsets.UTF_8),
              false);
    });
    return stream;
  }

  /** A bare connection, closed with the check. */
  Wire wire() throws IOException {
    Wire wire = Wire.open(target.base(), target.tls().getSocketFactory());
    open.add(wire);
    return wire;
  }

  private Ask addressed(Ask ask) {
    return ask.has("Host") ? ask : ask.with("Host", target.host());
  }

  /** Waits as long as an answer says. */
  static void pause(Head head) {
    String seconds = head.headerOr("Retry-After", "1");
    try {
      TimeUnit.SECONDS.sleep(seconds.matches("[0-9]{1,2}") ? Long.parseLong(seconds) : 1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  // ---- judging

  /** Fails the check unless it is so; the sentence says what is. */
  void require(boolean isSo, String otherwise) {
    if (!isSo) {
      throw new Check.Breach(otherwise);
    }
  }

  <T> T require(Optional<T> wanted, String otherwise) {
    return wanted.orElseThrow(() -> new Check.Breach(otherwise));
  }

  void requireStatus(Head head, int status) {
    require(head.status() == status, "the status is " + head.status() + ", not " + status);
  }

  Answer requireStatus(Answer answer, int status) {
    requireStatus(answer.head(), status);
    return answer;
  }

  /** Exactly that value, spaces and the case of directives aside. */
  void requireHeader(Head head, String name, String value) {
    String seen = head.headerOr(name, "");
    require(
        seen.replace(" ", "").equalsIgnoreCase(value.replace(" ", "")),
        name + " is " + (seen.isEmpty() ? "missing" : "“" + seen + "”") + ", not “" + value + "”");
  }

  /** An answer of RFC 9457 with a code of the contract. */
  Answer requireProblem(Answer answer, int status, String... codes) {
    requireStatus(answer, status);
    require(
        answer.head().mediaType().equals("application/problem+json"),
        "the content type of a problem is " + answer.head().headerOr("Content-Type", "missing"));
    var json = answer.json();
    for (String member :
        List.of("type", "title", "status", "detail", "instance", "code", "timestamp")) {
      require(json.hasNonNull(member), "the problem has no " + member);
    }
    require(json.get("status").asInt() == status, "the problem says status " + json.get("status"));
    require(
        List.of(codes).contains(json.get("code").asText()),
        "the code is " + json.get("code") + ", not " + String.join(" or ", codes));
    return answer;
  }

  /**
   * Skips the check where the server does not have that part of the contract.
   *
   * @param what in a sentence: “tickets”
   */
  Answer requireOffered(Answer answer, String what) {
    boolean isUnknown =
        answer.status() == 404 && !answer.json().path("code").asText().equals("UPLOAD_NOT_FOUND");
    if (isUnknown || answer.status() == 405 || answer.status() == 501) {
      throw new Check.Skip("there are no " + what + " here: " + answer.status());
    }
    return answer;
  }

  /** When a token ends, where it says so: one that is no JWT does not. */
  static Optional<Instant> endOf(String token) {
    String[] parts = token.split("\\.", -1);
    if (parts.length != 3) {
      return Optional.empty();
    }
    try {
      byte[] claims = Base64.getUrlDecoder().decode(parts[1]);
      return Optional.of(Answer.json(new String(claims, StandardCharsets.UTF_8)).path("exp"))
          .filter(JsonNode::isNumber)
          .map(seconds -> Instant.ofEpochSecond(seconds.asLong()));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** What the evidence should say besides. */
  void note(String text) {
    evidence.addLast(text);
    if (evidence.size() > MOST_EVIDENCE) {
      evidence.removeFirst();
    }
  }

  /** The last answer that said “too often”, if any did. */
  Optional<Head> limit() {
    return limit;
  }

  String evidence() {
    return String.join("\n", evidence);
  }

  @Override
  public void close() {
    for (AutoCloseable one : open) {
      try {
        one.close();
      } catch (Exception e) {
        note("could not be closed: " + e);
      }
    }
  }
}
