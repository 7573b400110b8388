package dev.headway.cli;

import static dev.headway.cli.Finding.said;

import dev.headway.cli.StreamTrace.Ending;
import dev.headway.cli.StreamTrace.Head;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Says from what two streams brought whether anything on the way buffers, compresses or cuts them.
 * Pure.
 *
 * <p>The service writes a {@code retry:} at once, and a comment every 15 s whatever happens. So a
 * first byte that does not come is held back by somebody, and a heartbeat that does not come after
 * a first byte that did is held back by a buffer that was full once.
 */
final class StreamLook {
  private static final Duration HEARTBEAT = Duration.ofSeconds(15);

  /** For what a busy machine or network adds; no buffer that empties sooner does any harm. */
  private static final Duration TOLERANCE = Duration.ofSeconds(3);

  private StreamLook() {}

  /**
   * Judges the two.
   *
   * @param plain opened without offering compression
   * @param compressible opened at the same time as a browser does, with {@code Accept-Encoding}
   * @param poll how long the service took to answer a poll on the same way
   */
  static List<Finding> at(StreamTrace plain, StreamTrace compressible, Duration poll) {
    Optional<Finding> refused = refusal(plain).or(() -> refusal(compressible));
    if (refused.isPresent()) {
      return List.of(refused.get());
    }
    var findings = new ArrayList<Finding>();
    String encoding = compressible.header("Content-Encoding");
    if (isEncoded(encoding)) {
      findings.add(
          Finding.problem(
              "compression",
              Ailment.COMPRESSION,
              "the stream arrives compressed (" + Printable.of(encoding) + ")"));
    } else if (compressible.head().isPresent()) {
      findings.add(Finding.ok("compression", "the stream is not compressed, though it may be"));
    }
    Finding flow = flow(plain, compressible, poll);
    if (!flow.isProblem() && !isEncoded(encoding)) {
      flow = worse(flow, flow(compressible, plain, poll));
    }
    findings.addFirst(flow);
    return findings;
  }

  private static Finding worse(Finding one, Finding other) {
    return other.verdict().compareTo(one.verdict()) > 0 ? other : one;
  }

  private static boolean isEncoded(String encoding) {
    return !encoding.isBlank() && !encoding.equalsIgnoreCase("identity");
  }

  /** An answer that is no stream at all. */
  private static Optional<Finding> refusal(StreamTrace trace) {
    if (trace.head().isEmpty()) {
      return Optional.empty();
    }
    Head head = trace.head().get();
    String type = trace.header("Content-Type").toLowerCase(Locale.ROOT);
    if (head.status() == 200 && type.startsWith("text/event-stream")) {
      return Optional.empty();
    }
    String answer = Printable.of((head.status() + " " + head.problem()).strip());
    String after = said(trace.listened());
    return Optional.of(
        switch (head.status()) {
          case 200 ->
              Finding.problem(
                  "stream",
                  Ailment.ACCEPT_LOST,
                  "asked for a stream and got "
                      + (type.isEmpty() ? "something without a type" : Printable.of(type)));
          case 406 ->
              Finding.problem("stream", Ailment.POLLS_ONLY, "what answers here does not stream");
          case 504 ->
              Finding.problem(
                  "stream",
                  Ailment.BUFFERING,
                  "504 after " + after + ": somebody waits for its end");
          default ->
              Finding.problem(
                  "stream",
                  head.problem().isEmpty() && head.status() >= 500
                      ? Ailment.NO_ORIGIN
                      : Ailment.REFUSED,
                  "the stream is refused: " + answer);
        });
  }

  private static Finding flow(StreamTrace trace, StreamTrace other, Duration poll) {
    Duration inTime = TOLERANCE.plus(poll);
    Optional<Duration> first = trace.firstByte();
    if (first.isEmpty() || first.get().compareTo(inTime) > 0) {
      return late(trace, poll);
    }
    if (trace.ending() != Ending.STILL_OPEN) {
      return cut(trace, other);
    }
    Duration silence = longestSilence(trace);
    if (silence.compareTo(HEARTBEAT.plus(inTime)) > 0) {
      return Finding.problem(
          "stream",
          Ailment.BUFFERING,
          "begins at once, but then nothing comes for %s, and a heartbeat is due every 15 s"
              .formatted(said(silence)));
    }
    String words = "first byte after " + said(first.get());
    if (trace.later() > 0) {
      return Finding.ok(
          "stream",
          "%s, then %d more in %s, and still open"
              .formatted(words, trace.later(), said(trace.listened())));
    }
    return Finding.ok(
        "stream",
        "%s, and open for %s; too short to see a heartbeat, which is due every 15 s"
            .formatted(words, said(trace.listened())));
  }

  private static Finding late(StreamTrace trace, Duration poll) {
    String meanwhile = ", though a poll is answered after " + said(poll);
    if (trace.firstByte().isPresent()) {
      return Finding.problem(
          "stream",
          Ailment.BUFFERING,
          "the first byte comes after " + said(trace.firstByte().get()) + meanwhile);
    }
    String listened = said(trace.listened());
    return trace.ending() == Ending.STILL_OPEN
        ? Finding.problem("stream", Ailment.BUFFERING, "nothing comes for " + listened + meanwhile)
        : Finding.problem(
            "stream", Ailment.BUFFERING, "nothing comes, and it is cut after " + listened);
  }

  private static Finding cut(StreamTrace trace, StreamTrace other) {
    String after = said(trace.listened());
    if (trace.events().contains("unavailable")) {
      return Finding.problem(
          "stream", Ailment.NO_ORIGIN, "the service says that it is unavailable now");
    }
    if (trace.events().contains("token")) {
      return Finding.note("stream", "ended after " + after + ", as the token did");
    }
    if (trace.advised() && trace.arrivals().size() > 1) {
      return Finding.note(
          "stream", "the service sent its readers elsewhere after " + after + ": ask again");
    }
    Duration silence = trace.silenceAtTheEnd();
    String words =
        trace.ending() == Ending.ENDED
            ? "ended after " + after + " for no reason"
            : "cut after " + after;
    String twice = other.ending() == Ending.STILL_OPEN ? "" : "; a second one too";
    return silence.compareTo(Duration.ofSeconds(1)) >= 0
        ? Finding.problem(
            "stream",
            Ailment.IDLE_CUT,
            "%s, %s of them silent%s".formatted(words, said(silence), twice))
        : Finding.problem("stream", Ailment.CUT, words + ", while bytes came" + twice);
  }

  private static Duration longestSilence(StreamTrace trace) {
    Duration longest = trace.silenceAtTheEnd();
    Duration before = Duration.ZERO;
    for (Duration at : trace.arrivals()) {
      Duration gap = at.minus(before);
      longest = gap.compareTo(longest) > 0 ? gap : longest;
      before = at;
    }
    return longest;
  }
}
