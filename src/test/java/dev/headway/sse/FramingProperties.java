package dev.headway.sse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headway.hub.Change;
import dev.headway.hub.Records;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;

class FramingProperties {
  private static final List<String> TYPES = List.of("expired", "token", "unavailable", "done");

  /** Text that would love to be a field of its own. */
  @Provide
  Arbitrary<String> hostile() {
    Arbitrary<String> pieces =
        Arbitraries.of(
            "\r",
            "\n",
            "\r\n",
            "\n\n",
            "\0",
            "\u0085",
            "\u2028",
            "\u2029",
            "\uFEFF",
            " ",
            ":",
            "data: x",
            "event: status",
            "id: 99",
            "retry: 1",
            "é",
            "漢",
            "😀",
            "{\"a\":1}");
    Arbitrary<String> anything =
        Arbitraries.strings().all().ofMaxLength(8).filter(FramingProperties::isWellFormed);
    return Arbitraries.frequencyOf(
            net.jqwik.api.Tuple.of(4, pieces), net.jqwik.api.Tuple.of(1, anything))
        .list()
        .ofMinSize(1)
        .ofMaxSize(12)
        .map(list -> String.join("", list))
        .filter(text -> !text.isEmpty());
  }

  private static boolean isWellFormed(String text) {
    return StandardCharsets.UTF_8.newEncoder().canEncode(text);
  }

  /** What a reader gets: every line ending is a line feed to it. */
  private static String asRead(String text) {
    return text.replace("\r\n", "\n").replace('\r', '\n');
  }

  private static SseParser parse(Buffer stream, long seed) {
    var parser = new SseParser();
    var random = new Random(seed);
    byte[] bytes = stream.getBytes();
    for (int from = 0; from < bytes.length; ) {
      int to = Math.min(bytes.length, from + 1 + random.nextInt(7));
      parser.feed(Arrays.copyOfRange(bytes, from, to));
      from = to;
    }
    return parser;
  }

  @Property
  void no_text_breaks_out_of_its_event(
      @ForAll("hostile") String text, @ForAll("hostile") String other, @ForAll long seed) {
    Buffer stream =
        Buffer.buffer()
            .appendBuffer(Framing.retry(Duration.ofMillis(1374)))
            .appendBuffer(Framing.event("token", text))
            .appendBuffer(Framing.comment())
            .appendBuffer(Framing.event("expired", other));
    SseParser parser = parse(stream, seed);
    assertThat(parser.events())
        .containsExactly(
            new SseParser.Event("token", asRead(text), ""),
            new SseParser.Event("expired", asRead(other), ""));
    assertThat(parser.retries()).containsExactly(1374L);
    assertThat(parser.comments()).isEqualTo(1);
  }

  @Property
  void a_status_event_carries_version_and_record_whatever_the_encoder_wrote(
      @ForAll("hostile") String json, @ForAll @LongRange(min = 1) long version, @ForAll long seed) {
    Change change =
        new Change(
            Records.processing(Records.id("a"), version),
            r -> json.getBytes(StandardCharsets.UTF_8));
    SseParser parser = parse(change.frame(Framing.STATUS), seed);
    assertThat(parser.events())
        .containsExactly(new SseParser.Event("status", asRead(json), Long.toString(version)));
  }

  @Property
  void every_pause_arrives_as_it_was_meant(@ForAll @LongRange(max = 1_000_000) long millis) {
    assertThat(parse(Framing.retry(Duration.ofMillis(millis)), 1).retries())
        .containsExactly(millis);
  }

  @Example
  void the_bytes_are_those_of_the_contract() {
    Change change = new Change(Records.processing(Records.id("a"), 17), r -> new byte[] {'{', '}'});
    assertThat(change.frame(Framing.STATUS)).hasToString("id: 17\nevent: status\ndata: {}\n\n");
    assertThat(Framing.statusWithoutId(change)).hasToString("event: status\ndata: {}\n\n");
    assertThat(Framing.retry(Duration.ofMillis(1374))).hasToString("retry: 1374\n\n");
    assertThat(Framing.comment()).hasToString(":\n\n");
    assertThat(TYPES)
        .allSatisfy(type ->
            assertThat(Framing.event(type, "x")).hasToString("event: " + type + "\ndata: x\n\n"));
  }

  @Example
  void hostile_types_and_empty_events_are_refused() {
    for (String type : List.of("", "a b", "a\nid: 1", "a\r", "a\0", "É", "status ")) {
      assertThatThrownBy(() -> Framing.event(type, "x"))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> Framing.event("token", ""))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Framing.retry(Duration.ofMillis(-1)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
