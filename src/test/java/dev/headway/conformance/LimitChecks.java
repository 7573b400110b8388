package dev.headway.conformance;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;

/** Limits: what they say to whom, and that there is room again. One at a time. */
final class LimitChecks {
  private static final String ERRORS = "Errors";
  private static final int MOST_REQUESTS = 2_000;
  private static final int MOST_STREAMS = 250;

  private LimitChecks() {}

  static List<Check> all() {
    return List.of(
        new Check(
            "limit.429",
            ERRORS,
            "Who asks too often gets 429 with Retry-After, and then an answer again",
            probe -> alone(probe, LimitChecks::tooOften)),
        new Check(
            "limit.streams",
            ERRORS,
            "Who has too many streams gets 429 TOO_MANY_STREAMS, keeps those, and gets one again"
                + " when one is left",
            probe -> alone(probe, LimitChecks::tooManyStreams)),
        new Check(
            "limit.unavailable",
            "Proving who asks: A stream by ticket or cookie",
            "A stream by ticket or cookie is told event: unavailable where others get 429",
            probe -> alone(probe, LimitChecks::unavailable)));
  }

  private interface OfGreedy {
    void run(Probe probe, String token) throws IOException;
  }

  /** They use up the same user's quota. */
  private static void alone(Probe probe, OfGreedy check) throws IOException {
    String token =
        probe.target().limitedToken().orElseThrow(() -> new Check.Skip("needs --limited-token"));
    Lock greedy = probe.uploads().greedy();
    greedy.lock();
    try {
      check.run(probe, token);
    } finally {
      greedy.unlock();
    }
  }

  private static void tooOften(Probe probe, String token) throws IOException {
    Ask ask = Probe.as(token, Ask.get("/status/unknown-to-all"));
    Answer refused = refused(probe, ask).orElseThrow(LimitChecks::notTooMany);
    probe.requireProblem(refused, 429, "RATE_LIMITED");
    probe.require(
        refused.head().headerOr("Retry-After", "").matches("[1-9][0-9]*"),
        "a 429 says when to come back");
    probe.requireStatus(probe.ask(ask), 404); // after what Retry-After says
  }

  private static Check.Skip notTooMany() {
    return new Check.Skip(MOST_REQUESTS + " requests in a row were not too many");
  }

  /** Asks until it is too often, over few connections: a new one for each would be too slow. */
  private static Optional<Answer> refused(Probe probe, Ask ask) throws IOException {
    Wire wire = probe.wire();
    boolean isUsed = false;
    try {
      for (int i = 0; i < MOST_REQUESTS; i++) {
        Answer answer;
        try {
          answer = probe.askOn(wire, ask);
        } catch (EOFException | SocketException e) {
          if (!isUsed) {
            throw e;
          }
          // Proxies close a connection after some hundred answers, and need not say so before.
          wire.close();
          wire = probe.wire();
          answer = probe.askOn(wire, ask);
        }
        isUsed = true;
        if (answer.status() != 404) {
          return Optional.of(answer);
        }
        if (answer.head().headerOr("Connection", "").equalsIgnoreCase("close")) {
          wire.close();
          wire = probe.wire();
          isUsed = false;
        }
      }
    } finally {
      wire.close();
    }
    return Optional.empty();
  }

  private static void tooManyStreams(Probe probe, String token) throws IOException {
    String id = probe.uploads().freshOf(token, probe);
    Ask ask = Probe.as(token, Ask.get("/status/" + id, "Accept", Probe.EVENT_STREAM));
    List<Stream> open = new ArrayList<>();
    Stream last = probe.open(ask);
    while (last.head().status() == 200 && open.size() < MOST_STREAMS) {
      open.add(last);
      last = probe.open(ask);
    }
    if (last.head().status() == 200) {
      throw new Check.Skip(MOST_STREAMS + " streams of one user were not too many");
    }
    Answer refused = last.whole(Probe.SOON);
    probe.requireProblem(refused, 429, "TOO_MANY_STREAMS");
    probe.require(
        refused.head().headerOr("Retry-After", "").matches("[1-9][0-9]*"),
        "a 429 says when to come back");
    // A server that makes room may do so a little after its answer: what one stream waits for that
    // is enough for all.
    Duration quiet = Duration.ofSeconds(1);
    for (Stream stream : open) {
      probe.require(!stream.isEndedAfter(quiet), "an open stream was ended to make room");
      quiet = Duration.ofMillis(20);
    }
    Answer poll = probe.ask(Probe.as(token, Ask.get("/status/" + id)));
    probe.require(poll.status() == 200, "polls are refused as well: " + poll.status());
    try (Stream other = probe.stream("/status/" + probe.uploads().fresh(probe))) {
      probe.require(other.head().status() == 200, "others cannot stream: " + other.head().status());
    }
    open.forEach(Stream::close);
    long until = System.nanoTime() + Probe.SOON.toNanos();
    Stream again = probe.open(ask);
    while (again.head().status() != 200 && System.nanoTime() < until) {
      Probe.pause(again.head());
      again = probe.open(ask);
    }
    probe.require(again.head().status() == 200, "those that were left still count");
  }

  private static void unavailable(Probe probe, String token) throws IOException {
    String id = probe.uploads().freshOf(token, probe);
    Ask unknown = Probe.as(token, Ask.get("/status/unknown-to-all"));
    List<Ask> ways = ways(probe, token, id);
    List<Long> pauses = new ArrayList<>();
    for (int i = 0; pauses.size() < 4 && i < 60; i++) {
      Answer refused = refused(probe, unknown).orElseThrow(LimitChecks::notTooMany);
      long at = System.nanoTime();
      probe.requireProblem(refused, 429, "RATE_LIMITED");
      try (Stream stream = probe.openOnce(ways.get(i % ways.size()))) {
        probe.require(
            stream.head().status() == 200,
            "an EventSource gives up for ever at " + stream.head().status());
        // The quota may have room again by now: then it is an ordinary stream.
        var first = probe.require(stream.awaitEvent(Probe.SOON, e -> true), "nothing was told");
        if (!first.type().equals("status")) {
          requireTold(probe, stream, first, leastRetry(refused, first.at() - at));
          stream.items().stream()
              .filter(StreamItem.Retry.class::isInstance)
              .forEach(retry -> pauses.add(((StreamItem.Retry) retry).millis()));
        }
      }
    }
    if (pauses.size() < 4) {
      throw new Check.Skip("the quota fills faster than it can be used up from here");
    }
    probe.require(
        pauses.stream().distinct().count() > 1,
        "everybody is told to come back at the same time: " + pauses);
  }

  private static List<Ask> ways(Probe probe, String token, String id) throws IOException {
    List<Ask> ways = new ArrayList<>();
    Check.Skip why = null;
    try {
      ways.add(TicketChecks.stream(id, TicketChecks.of(probe, token, id)));
    } catch (Check.Skip e) {
      why = e;
    }
    try {
      Ask ask = Ask.get("/status/" + id, "Accept", Probe.EVENT_STREAM);
      ways.add(ask.with("Cookie", SessionChecks.of(probe, token).cookie()));
    } catch (Check.Skip e) {
      why = e;
    }
    if (ways.isEmpty() && why != null) {
      throw why;
    }
    return ways;
  }

  /**
   * How many milliseconds who is refused again must stay away at least: what is left of the first
   * refusal, and never less than the one second that {@code Retry-After} can say. Both say whole
   * seconds, rounded up, so one that has begun since counts whole.
   */
  static long leastRetry(Answer refused, long nanosSince) {
    long seconds = Long.parseLong(refused.head().headerOr("Retry-After", "1"));
    long since = Math.ceilDiv(nanosSince, TimeUnit.SECONDS.toNanos(1));
    return 1000 * Math.max(1, seconds - since);
  }

  private static void requireTold(Probe probe, Stream stream, StreamItem.Event told, long least)
      throws IOException {
    probe.require(told.type().equals("unavailable"), "the event is " + told.type());
    probe.require(told.id().isEmpty(), "event: unavailable has an id, which it would resume from");
    probe.require(
        told.json().path("code").asText().equals("RATE_LIMITED")
            && told.json().path("status").asInt() == 429,
        "the data is not the problem: " + told.data());
    probe.require(stream.awaitEnd(Probe.SOON), "the stream goes on after event: unavailable");
    probe.require(stream.breaches().isEmpty(), String.join("; ", stream.breaches()));
    probe.require(
        stream.items().getFirst() instanceof StreamItem.Retry, "retry does not come first");
    long retry = ((StreamItem.Retry) stream.items().getFirst()).millis();
    probe.require(
        retry >= least,
        "retry is " + retry + " ms, sooner than what is left of Retry-After: " + least + " ms");
  }
}
