package dev.headway.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;

/** Tickets: the way of an {@code EventSource} into one stream, and nowhere else. */
final class TicketChecks {
  private static final String TICKET = "Proving who asks: A ticket";

  private TicketChecks() {}

  static List<Check> all() {
    return List.of(
        new Check(
            "ticket.issue",
            TICKET,
            "The owner gets a ticket that fits into an address and ends with the token",
            TicketChecks::issue),
        new Check(
            "ticket.opens",
            TICKET,
            "A ticket opens the stream of its upload, again and again, where one left off",
            TicketChecks::opens),
        new Check("ticket.only", TICKET, "A ticket opens nothing else", TicketChecks::only),
        new Check(
            "ticket.whole",
            TICKET,
            "What is not a whole ticket opens nothing",
            TicketChecks::whole),
        new Check("ticket.quiet", TICKET, "No answer repeats a ticket", TicketChecks::quiet),
        new Check(
            "ticket.end",
            TICKET,
            "A ticket and its stream end with the token that made it",
            TicketChecks::end));
  }

  /** A ticket for an upload, got with this token; skips where there are none. */
  static String of(Probe probe, String token, String id) throws IOException {
    Answer answer = probe.ask(Probe.as(token, Ask.of("POST", "/status/" + id + "/ticket")));
    probe.requireOffered(answer, "tickets (POST /status/{uploadId}/ticket)");
    JsonNode ticket = probe.requireStatus(answer, 201).json().path("ticket");
    probe.require(!ticket.asText().isEmpty(), "the answer has no ticket");
    return ticket.asText();
  }

  private static String of(Probe probe, String id) throws IOException {
    return of(probe, probe.target().token(), id);
  }

  /** As an {@code EventSource} asks, which has the address and nothing else. */
  static Ask stream(String id, String ticket) {
    return Ask.get("/status/" + id + "?ticket=" + ticket, "Accept", Probe.EVENT_STREAM);
  }

  private static void issue(Probe probe) throws IOException {
    String id = probe.uploads().fresh(probe);
    String ticket = of(probe, id);
    probe.require(
        ticket.matches("[A-Za-z0-9._~-]+"), "a ticket is put into an address as it is: " + ticket);
    probe.require(
        !ticket.contains(probe.target().token()),
        "the ticket holds the token, which opens everything");
    Answer answer = probe.requireStatus(probe.send("POST", "/status/" + id + "/ticket"), 201);
    probe.requireHeader(answer.head(), "Cache-Control", "no-store");
    Instant end = instant(answer.json().path("expiresAt"));
    probe.require(end.isAfter(Instant.now()), "the ticket is over already: " + end);
    Probe.endOf(probe.target().token())
        .ifPresent(token ->
            probe.require(
                Duration.between(token, end).abs().compareTo(Duration.ofSeconds(1)) <= 0,
                "the ticket ends at " + end + ", and the token at " + token));
    Ask without = Ask.of("POST", "/status/" + id + "/ticket");
    probe.requireProblem(probe.ask(without), 401, "UNAUTHORIZED");
    probe.requireProblem(
        probe.send("POST", "/status/unknown-to-all/ticket"), 404, "UPLOAD_NOT_FOUND");
  }

  private static Instant instant(JsonNode text) {
    try {
      return Instant.parse(text.asText());
    } catch (DateTimeParseException e) {
      throw new Check.Breach("expiresAt is no instant: " + text);
    }
  }

  private static void opens(Probe probe) throws IOException {
    String id = probe.uploads().fresh(probe);
    Ask ask = stream(id, of(probe, id));
    Stream first = probe.open(ask);
    long version = snapshot(probe, first);
    try (Stream again = probe.open(ask)) {
      snapshot(probe, again);
    }
    try (Stream alias = probe.open(Ask.get(ask.target().replace("?", "/events?")))) {
      snapshot(probe, alias);
    }
    for (Ask resumed :
        List.of(
            ask.with("Last-Event-ID", Long.toString(version)),
            Ask.get(ask.target() + "&lastEventId=" + version, "Accept", Probe.EVENT_STREAM))) {
      try (Stream stream = probe.open(resumed)) {
        StreamChecks.requireCaughtUp(probe, stream);
      }
    }
    probe.requireStatus(probe.send("POST", "/status/" + id + "/cancel"), 200);
    var last =
        probe.require(
            first.awaitEvent(Probe.SOON, StreamItem.Event::isTerminal), "the end did not come");
    probe.require(first.awaitEnd(Probe.SOON), "the stream goes on after the terminal version");
    Answer nothing = probe.ask(ask.with("Last-Event-ID", Long.toString(last.version())));
    probe.requireStatus(nothing, 204);
  }

  /** The version that a stream begins with. */
  private static long snapshot(Probe probe, Stream stream) throws IOException {
    probe.requireStatus(stream.head(), 200);
    return probe
        .require(stream.awaitEvent(Probe.SOON, event -> true), "no event came by ticket")
        .version();
  }

  private static void only(Probe probe) throws IOException {
    String id = probe.uploads().fresh(probe);
    String other = probe.uploads().fresh(probe);
    String ticket = of(probe, id);
    String query = "?ticket=" + ticket;
    for (Ask ask :
        List.of(
            Ask.get("/status/" + id + query),
            Ask.get("/status/" + id + query, "Accept", "application/json"),
            Ask.get("/status" + query),
            Ask.get("/status" + query, "Accept", Probe.EVENT_STREAM),
            Ask.get("/status" + query + "&uploadId=" + id, "Accept", Probe.EVENT_STREAM),
            Ask.get("/leads" + query),
            stream(other, ticket),
            stream("unknown-to-all", ticket),
            Ask.get("/status/" + other + "/events" + query),
            Ask.of("POST", "/status/" + id + "/cancel" + query),
            Ask.of("POST", "/status/" + id + "/ticket" + query),
            Ask.of("POST", "/session" + query),
            Uploads.declaration("by-ticket.csv", 10).to("/uploads" + query),
            Probe.as(ticket, Ask.get("/status/" + id)),
            Probe.as(ticket, Ask.get("/status/" + id, "Accept", Probe.EVENT_STREAM)))) {
      requireNotLetIn(probe, ask);
    }
    Answer after = probe.get("/status/" + id);
    probe.require(after.version() == 1, "a ticket changed the upload");
  }

  private static void requireNotLetIn(Probe probe, Ask ask) throws IOException {
    Answer answer;
    try (Stream stream = probe.open(ask)) {
      answer = stream.whole(Duration.ofSeconds(2)); // what is a stream against all reason goes on
    }
    boolean isAbsent = answer.status() == 404 && ask.target().matches("/(leads|session).*");
    if (!isAbsent) {
      probe.requireProblem(answer, 401, "UNAUTHORIZED", "INVALID_TOKEN");
      probe.require(
          answer.header("WWW-Authenticate").isPresent(), "WWW-Authenticate is missing at 401");
    }
  }

  private static void whole(Probe probe) throws IOException {
    String id = probe.uploads().fresh(probe);
    String ticket = of(probe, id);
    int middle = ticket.length() / 2;
    char changed = ticket.charAt(middle) == 'A' ? 'B' : 'A';
    for (String wrong :
        List.of(
            "",
            "x",
            ticket.substring(0, ticket.length() - 4),
            ticket.substring(0, middle) + changed + ticket.substring(middle + 1),
            ticket + "&ticket=" + ticket,
            "x".repeat(4000),
            "%00",
            probe.target().token())) {
      requireNotLetIn(probe, stream(id, wrong));
    }
  }

  private static void quiet(Probe probe) throws IOException {
    String id = probe.uploads().fresh(probe);
    String ticket = of(probe, id);
    String query = "?ticket=" + ticket;
    for (Ask ask :
        List.of(
            Ask.get("/status/" + id + query), // 401
            Ask.get("/status/a%20b" + query, "Accept", Probe.EVENT_STREAM), // 400 or 401
            Ask.get("/conformance-nowhere" + query), // 404
            Ask.of("DELETE", "/status/" + id + query), // 405
            Ask.of("OPTIONS", "/status/" + id + query),
            Ask.of("HEAD", "/status/" + id + query, "Accept", Probe.EVENT_STREAM),
            probe.mine(Ask.get("/status/" + id + query, "Accept", "image/png")))) { // 406
      Answer answer = probe.ask(ask);
      requireSilence(probe, answer, ticket);
    }
    Stream stream = probe.open(stream(id, ticket));
    snapshot(probe, stream);
    probe.requireStatus(probe.send("POST", "/status/" + id + "/cancel"), 200);
    requireSilence(probe, stream.whole(Probe.SOON), ticket);
  }

  private static void requireSilence(Probe probe, Answer answer, String ticket) {
    probe.require(!answer.text().contains(ticket), "the body repeats the ticket");
    answer
        .head()
        .headers()
        .forEach((name, values) ->
            probe.require(
                values.stream().noneMatch(value -> value.contains(ticket)),
                name + " repeats the ticket"));
  }

  private static void end(Probe probe) throws IOException {
    String token =
        probe.target().shortToken().orElseThrow(() -> new Check.Skip("needs --short-token")).get();
    String id = probe.uploads().fresh(probe);
    Answer answer = probe.ask(Probe.as(token, Ask.of("POST", "/status/" + id + "/ticket")));
    if (answer.status() == 401) {
      throw new Check.Skip("the short token was over before this check began");
    }
    probe.requireOffered(answer, "tickets (POST /status/{uploadId}/ticket)");
    probe.requireStatus(answer, 201);
    Ask ask = stream(id, answer.json().path("ticket").asText());
    Duration left = Duration.between(Instant.now(), instant(answer.json().path("expiresAt")));
    Stream stream = probe.open(ask);
    snapshot(probe, stream);
    Optional<StreamItem.Event> notice =
        stream.awaitEvent(left.plus(Probe.SOON), event -> event.type().equals("token"));
    probe.require(notice.isPresent(), "event: token did not come before the end");
    probe.require(stream.awaitEnd(left.plus(Probe.SOON)), "the stream outlives its ticket");
    probe.requireProblem(probe.ask(ask), 401, "TOKEN_EXPIRED");
  }
}
