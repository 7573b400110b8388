package dev.headway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.cli.Finding.Verdict;
import dev.headway.cli.StreamTrace.Ending;
import dev.headway.cli.StreamTrace.Head;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StreamLookTest {
  private static final Duration POLL = Duration.ofMillis(20);
  private static final Head STREAM =
      new Head(200, headers("Content-Type", "text/event-stream; charset=utf-8"), "");

  private static HttpHeaders headers(String... pairs) {
    var map = new HashMap<String, List<String>>();
    for (int i = 0; i < pairs.length; i += 2) {
      map.put(pairs[i], List.of(pairs[i + 1]));
    }
    return HttpHeaders.of(Map.copyOf(map), (name, value) -> true);
  }

  private static StreamTrace trace(Ending ending, double listened, double... arrivals) {
    return new StreamTrace(
        Optional.of(STREAM),
        Arrays.stream(arrivals).mapToObj(StreamLookTest::seconds).toList(),
        List.of(),
        false,
        ending,
        seconds(listened));
  }

  private static StreamTrace with(Head head, String... events) {
    return new StreamTrace(
        Optional.of(head),
        List.of(Duration.ofMillis(10), Duration.ofMillis(500)),
        List.of(events),
        false,
        Ending.ENDED,
        Duration.ofMillis(501));
  }

  private static Duration seconds(double seconds) {
    return Duration.ofMillis(Math.round(seconds * 1000));
  }

  private static Finding stream(StreamTrace both) {
    return stream(both, both);
  }

  private static Finding stream(StreamTrace plain, StreamTrace compressible) {
    return StreamLook.at(plain, compressible, POLL).getFirst();
  }

  private static void assertSays(Finding finding, Verdict verdict, Ailment ailment) {
    assertThat(finding.verdict()).as(finding.words()).isEqualTo(verdict);
    assertThat(finding.ailment()).as(finding.words()).contains(ailment);
  }

  @Test
  void a_first_byte_at_once_and_a_heartbeat_in_time_are_fine() {
    Finding finding = stream(trace(Ending.STILL_OPEN, 20, 0.01, 0.02, 14.9));

    assertThat(finding.verdict()).isEqualTo(Verdict.OK);
    assertThat(finding.words())
        .isEqualTo("first byte after 10 ms, then 1 more in 20.0 s, and still open");
  }

  @Test
  void who_listens_for_less_than_a_heartbeat_is_told_so() {
    assertThat(stream(trace(Ending.STILL_OPEN, 10, 0.01)).words()).contains("too short");
  }

  @Test
  void nothing_at_all_is_a_buffer_whether_or_not_the_head_came() {
    var headless =
        new StreamTrace(
            Optional.empty(), List.of(), List.of(), false, Ending.STILL_OPEN, seconds(20));

    assertSays(stream(headless), Verdict.PROBLEM, Ailment.BUFFERING);
    assertSays(stream(trace(Ending.STILL_OPEN, 20)), Verdict.PROBLEM, Ailment.BUFFERING);
    assertSays(stream(trace(Ending.BROKEN, 3)), Verdict.PROBLEM, Ailment.BUFFERING);
  }

  @Test
  void a_first_byte_that_is_late_is_a_buffer_unless_polls_are_as_late() {
    StreamTrace late = trace(Ending.STILL_OPEN, 20, 5, 15);

    assertSays(stream(late), Verdict.PROBLEM, Ailment.BUFFERING);
    assertThat(StreamLook.at(late, late, seconds(4)).getFirst().verdict()).isEqualTo(Verdict.OK);
  }

  @Test
  void a_buffer_that_the_first_records_filled_shows_when_the_heartbeat_does_not_come() {
    Finding finding = stream(trace(Ending.STILL_OPEN, 30, 0.01));

    assertSays(finding, Verdict.PROBLEM, Ailment.BUFFERING);
    assertThat(finding.words()).contains("begins at once").contains("30.0 s");
  }

  @Test
  void a_cut_after_silence_is_told_from_one_while_bytes_come() {
    assertSays(stream(trace(Ending.BROKEN, 3, 0.01)), Verdict.PROBLEM, Ailment.IDLE_CUT);
    assertSays(stream(trace(Ending.ENDED, 10, 0.01)), Verdict.PROBLEM, Ailment.IDLE_CUT);
    assertSays(stream(trace(Ending.BROKEN, 15.1, 0.01, 15)), Verdict.PROBLEM, Ailment.CUT);
  }

  @Test
  void a_cut_says_whether_both_streams_had_it() {
    StreamTrace cut = trace(Ending.BROKEN, 3, 0.01);
    StreamTrace open = trace(Ending.STILL_OPEN, 10, 0.01);

    assertThat(stream(cut).words()).endsWith("a second one too");
    assertThat(stream(cut, open).words()).doesNotContain("second");
    assertSays(stream(open, cut), Verdict.PROBLEM, Ailment.IDLE_CUT);
  }

  @Test
  void an_end_that_the_service_announced_is_no_cut() {
    assertThat(stream(with(STREAM, "status", "token")).verdict()).isEqualTo(Verdict.NOTE);
    var drained =
        new StreamTrace(
            Optional.of(STREAM),
            List.of(seconds(0.01), seconds(4)),
            List.of(),
            true,
            Ending.ENDED,
            seconds(4));
    assertThat(stream(drained).verdict()).isEqualTo(Verdict.NOTE);
    assertThat(stream(with(STREAM, "unavailable")).isProblem()).isTrue();
  }

  @Test
  void compression_is_found_however_well_the_stream_flows() {
    var compressed =
        new StreamTrace(
            Optional.of(
                new Head(
                    200,
                    headers("content-type", "text/event-stream", "content-encoding", "gzip"),
                    "")),
            List.of(seconds(0.01), seconds(14.9)),
            List.of(),
            false,
            Ending.STILL_OPEN,
            seconds(20));

    List<Finding> findings =
        StreamLook.at(trace(Ending.STILL_OPEN, 20, 0.01, 14.9), compressed, POLL);

    assertThat(findings.getFirst().verdict()).isEqualTo(Verdict.OK);
    assertSays(findings.getLast(), Verdict.PROBLEM, Ailment.COMPRESSION);
  }

  @Test
  void what_is_no_stream_is_named() {
    var json = new Head(200, headers("content-type", "application/json"), "");
    assertSays(stream(with(json)), Verdict.PROBLEM, Ailment.ACCEPT_LOST);
    var polls = new Head(406, headers(), "NOT_ACCEPTABLE");
    assertSays(stream(with(polls)), Verdict.PROBLEM, Ailment.POLLS_ONLY);
    var waiting = new Head(504, headers("content-type", "text/html"), "");
    assertSays(stream(with(waiting)), Verdict.PROBLEM, Ailment.BUFFERING);
  }
}
