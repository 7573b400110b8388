package dev.headway.bus;

import static dev.headway.hub.Records.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headway.hub.BusMessage;
import dev.headway.hub.BusMessage.Changes;
import dev.headway.hub.BusMessage.TailHeartbeat;
import dev.headway.hub.Records;
import dev.headway.hub.Sender;
import dev.headway.status.ErrorCode;
import dev.headway.status.FileMetadata;
import dev.headway.status.OwnerId;
import dev.headway.status.Pace;
import dev.headway.status.ProcessingStatus;
import dev.headway.status.Progress;
import dev.headway.status.Stage;
import dev.headway.status.Status;
import dev.headway.status.StatusError;
import dev.headway.status.TraceParent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FrameCodecTest {
  private static final Sender NODE = new Sender("node-1", -2);
  private static final Instant CREATED = Instant.parse("2025-01-09T10:00:00.123Z");

  private static final ProcessingStatus FULL =
      new ProcessingStatus(
          id("a-b_C"),
          new OwnerId("öwner \"1\""),
          Long.MAX_VALUE,
          Status.ERROR,
          Stage.BATCH_PROCESSING,
          new Progress(10, 8, 2, 100, 80, 70, 10),
          new FileMetadata("Leads für «März».xlsx", 123_456_789_012L),
          true,
          Optional.of(
              new StatusError(ErrorCode.PARTIAL_FAILURE, "80 of 100", CREATED.plusMillis(7))),
          CREATED,
          CREATED.plusMillis(1),
          Instant.parse("2025-01-10T10:00:00Z"),
          Optional.of(CREATED.plusSeconds(300)),
          new Pace(
              Optional.of(CREATED.plusMillis(2)),
              List.of(CREATED.plusMillis(3), CREATED.plusMillis(5))));

  private final FrameCodec codec = new FrameCodec();

  private Frame again(BusMessage message) throws Exception {
    return codec.decode(codec.encode(new Frame(NODE, 42, message)));
  }

  private static byte[] bytes(String json) {
    return json.getBytes(StandardCharsets.UTF_8);
  }

  private String text(BusMessage message) {
    return new String(codec.encode(new Frame(NODE, 42, message)), StandardCharsets.UTF_8);
  }

  @Test
  void a_record_arrives_as_it_left_whatever_it_holds() throws Exception {
    var changes = new Changes(List.of(FULL, Records.processing(id("b"), 1)));
    assertThat(again(changes)).isEqualTo(new Frame(NODE, 42, changes));
  }

  @Test
  void a_place_in_a_trace_goes_with_a_record_and_one_that_is_none_costs_nothing() throws Exception {
    var trace = TraceParent.parse("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
    var traced = new Changes(List.of(FULL.withTrace(trace)));
    assertThat(again(traced)).isEqualTo(new Frame(NODE, 42, traced));

    String spoilt = text(traced).replace("\"00-4b", "\"zz-4b");
    assertThat(codec.decode(bytes(spoilt)).message()).isEqualTo(new Changes(List.of(FULL)));
    assertThat(text(new Changes(List.of(FULL)))).doesNotContain("trace");
  }

  @Test
  void a_heartbeat_arrives_as_it_left_to_the_millisecond() throws Exception {
    var heartbeat =
        new TailHeartbeat(
            Duration.ofMillis(12_345),
            Map.of("s1", Optional.of(Duration.ofMillis(7)), "s2", Optional.empty()),
            Map.of("s0", List.of("s1", "s2"), "s3", List.of()));
    assertThat(again(heartbeat)).isEqualTo(new Frame(NODE, 42, heartbeat));
  }

  @Test
  void a_usual_record_takes_no_more_than_its_public_form() {
    String one = text(new Changes(List.of(FULL)));
    String two = text(new Changes(List.of(FULL, FULL)));
    assertThat(two.length() - one.length()).isLessThan(560);
  }

  @Test
  void every_example_in_the_documentation_can_be_read() throws Exception {
    String page = Files.readString(Path.of("docs", "bus.md"));
    var examples = Pattern.compile("```json\n(.*?)```", Pattern.DOTALL).matcher(page).results();
    assertThat(examples)
        .hasSize(2)
        .allSatisfy(example -> assertThat(codec.decode(bytes(example.group(1)))).isNotNull());
  }

  @Test
  void members_of_a_later_version_are_passed_over() throws Exception {
    String json = text(new Changes(List.of(FULL)));
    String later =
        json.replace("\"n\":42", "\"n\":42,\"more\":{\"a\":[1]}")
            .replace("\"size\":", "\"colour\":\"red\",\"size\":");
    assertThat(later).isNotEqualTo(json);
    assertThat(codec.decode(bytes(later)).message()).isEqualTo(new Changes(List.of(FULL)));
  }

  @Test
  void another_version_is_told_apart() {
    String json = text(new Changes(List.of())).replace("{\"v\":1,", "{\"v\":2,");
    assertThatThrownBy(() -> codec.decode(bytes(json)))
        .isInstanceOf(UndecodableFrameException.class)
        .hasMessage("a frame of version 2");
  }

  @Test
  void the_opening_tells_a_senders_own_frames_from_all_others() {
    String own = new String(codec.opening(NODE), StandardCharsets.UTF_8);
    assertThat(text(new Changes(List.of(FULL)))).startsWith(own);
    for (Sender other : List.of(new Sender("node-1", -3), new Sender("node", -2))) {
      String json =
          new String(
              codec.encode(new Frame(other, 42, new Changes(List.of()))), StandardCharsets.UTF_8);
      assertThat(json).doesNotStartWith(own);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "id":"a-b_C"          | "id":"a/b"
          "id":"a-b_C",         | ``
          "owner":              | "master":
          "version":9223372036854775807 | "version":0
          "version":9223372036854775807 | "version":9223372036854775808
          "version":9223372036854775807 | "version":null
          "version":9223372036854775807,| ``
          "status":"error"      | "status":"processing"
          "status":"error"      | "status":"paused"
          "status":"error"      | "status":null
          "stage":"batch_processing" | "stage":"coffee"
          "counts":[10,8,2,100,80,70,10] | "counts":[10,8,2]
          "counts":[10,8,2,100,80,70,10] | "counts":[10,8,-2,100,80,70,10]
          "counts":[10,8,2,100,80,70,10] | "counts":[10,8,null,100,80,70,10]
          "counts":[10,8,2,100,80,70,10] | "counts":10
          "size":123456789012   | "size":-1
          "code":"PARTIAL_FAILURE" | "code":"OOPS"
          "message":"80 of 100" | "message":null
          "n":42                | "n":0
          "n":42                | "n":"many"
          "node":"node-1"       | "node":" "
          "start":              | "begin":
          "start":"fffffffffffffffe" | "start":"xyz"
          "changes":            | "news":
          "changes":[           | "changes":[null,
          """)
  void what_is_no_frame_is_refused_without_repeating_it(String was, String is) {
    String json = text(new Changes(List.of(FULL)));
    String broken = json.replace(was, is == null ? "" : is);
    assertThat(broken).isNotEqualTo(json);
    assertThatThrownBy(() -> codec.decode(bytes(broken)))
        .isInstanceOf(UndecodableFrameException.class)
        .hasNoCause()
        .message()
        .doesNotContain("wner", "März", "80 of 100");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ``
          null
          []
          42
          {}
          {"v":"1"}
          {"n":1,"v":1}
          {"v":1,"node":"a","start":"1","n":1}
          {"v":1,"node":"a","start":"1","n":1,"tail":{}}
          {"v":1,"node":"a","start":"1","n":1,"tail":{"uptime":1,"leased":{}}}
          {"v":1,"node":"a","start":"1","n":1,"tail":{"uptime":1,"leased":{},"ended":{"a":null}}}
          {"v":1,"node":"a","start":"1","n":1,"changes":[]} more
          {"v":1,"node":"a","start":"1","n":1,"changes":[
          """)
  void neither_is_anything_else(String json) {
    assertThatThrownBy(() -> codec.decode(bytes(json == null ? "" : json)))
        .isInstanceOf(UndecodableFrameException.class);
  }
}
