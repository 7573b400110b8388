package dev.headway.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.headway.status.FileMetadata;
import dev.headway.status.OwnerId;
import dev.headway.status.Pace;
import dev.headway.status.ProcessingStatus;
import dev.headway.status.Progress;
import dev.headway.status.Stage;
import dev.headway.status.Status;
import dev.headway.status.TraceParent;
import dev.headway.status.UploadId;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

class StatusCodecTest {
  private static final Instant START = Instant.parse("2025-01-09T10:00:00Z");
  private static final ProcessingStatus RECORD =
      new ProcessingStatus(
          new UploadId("u-1"),
          new OwnerId("ada"),
          17,
          Status.PROCESSING,
          Stage.BATCH_PROCESSING,
          new Progress(10, 3, 0, 100, 30, 28, 2),
          new FileMetadata("leads.xlsx", 1_024_000),
          false,
          Optional.empty(),
          START,
          START.plusMillis(150_250),
          START.plusSeconds(86_550),
          Optional.of(START.plusSeconds(450)),
          new Pace(Optional.of(START.plusSeconds(30)), List.of(START.plusSeconds(150))));

  private final StatusCodec codec = new StatusCodec();

  @Test
  void an_item_has_the_attributes_of_the_contract() {
    assertThat(codec.encode(RECORD))
        .isEqualTo(
            Map.ofEntries(
                Map.entry("uploadId", text("u-1")),
                Map.entry("ownerId", text("ada")),
                Map.entry("version", number("17")),
                Map.entry("status", text("processing")),
                Map.entry("stage", text("batch_processing")),
                Map.entry("stalled", AttributeValue.fromBool(false)),
                Map.entry("createdAt", text("2025-01-09T10:00:00.000Z")),
                Map.entry("updatedAt", text("2025-01-09T10:02:30.250Z")),
                Map.entry("deadline", text("2025-01-09T10:07:30.000Z")),
                Map.entry("ttl", number("1736503350")),
                Map.entry(
                    "progress",
                    AttributeValue.fromM(
                        Map.of(
                            "totalBatches", number("10"),
                            "completedBatches", number("3"),
                            "failedBatches", number("0"),
                            "totalLeads", number("100"),
                            "processedLeads", number("30"),
                            "createdLeads", number("28"),
                            "updatedLeads", number("2")))),
                Map.entry(
                    "metadata",
                    AttributeValue.fromM(
                        Map.of(
                            "fileName", text("leads.xlsx"),
                            "fileSize", number("1024000"),
                            "startTime", text("2025-01-09T10:00:00.000Z")))),
                Map.entry("splitAt", text("2025-01-09T10:00:30.000Z")),
                Map.entry(
                    "recent",
                    AttributeValue.fromM(Map.of("0", text("2025-01-09T10:02:30.000Z"))))));
  }

  private static final String TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

  @Test
  void a_place_in_a_trace_goes_with_the_record() {
    var traced = RECORD.withTrace(TraceParent.parse(TRACE));

    assertThat(codec.decode(codec.encode(traced))).isEqualTo(traced);
    assertThat(codec.encode(RECORD)).doesNotContainKey("traceparent");
  }

  @Test
  void a_place_in_a_trace_that_is_none_costs_no_record() {
    for (var nonsense : List.of(text("00-x"), text(TRACE.replace("00-", "ff-")), number("1"))) {
      var item = new HashMap<>(codec.encode(RECORD));
      item.put("traceparent", nonsense);

      assertThat(codec.decode(item)).isEqualTo(RECORD);
    }
  }

  @Test
  void what_a_reader_asks_for_is_all_that_an_item_can_have() {
    var known = new HashMap<>(codec.encode(RECORD));
    known.put("error", AttributeValue.fromM(Map.of()));
    known.put("traceparent", text(TRACE));

    assertThat(StatusCodec.READ).containsExactlyInAnyOrderElementsOf(known.keySet());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ownerId",
        "version",
        "status",
        "stage",
        "progress",
        "metadata",
        "stalled",
        "createdAt",
        "updatedAt",
        "ttl",
        "recent",
        "uploadId"
      })
  void an_attribute_that_is_missing_is_named(String attribute) {
    var item = new HashMap<>(codec.encode(RECORD));
    item.remove(attribute);

    assertThat(refused(item).attribute()).isEqualTo(attribute);
  }

  static Stream<Arguments> undecodable() {
    return Stream.of(
        foreign("uploadId", text("no id at all"), "is not an upload id"),
        foreign("uploadId", number("1"), "is not an upload id"),
        foreign("ownerId", text(""), "is not an owner id"),
        foreign("ownerId", text("a".repeat(683)), "is not an owner id"),
        foreign("version", number("0"), "is not a whole number from 1 to 9223372036854775807"),
        foreign("version", number("-3"), "is not a whole number from 1 to 9223372036854775807"),
        foreign("version", number("1.5"), "is not a whole number from 1 to 9223372036854775807"),
        foreign(
            "version",
            number("9223372036854775808"),
            "is not a whole number from 1 to 9223372036854775807"),
        foreign("version", number("1E+125"), "is not a whole number from 1 to 9223372036854775807"),
        foreign(
            "version",
            number("9".repeat(400_000)),
            "is not a whole number from 1 to 9223372036854775807"),
        foreign("version", text("17"), "is not of type N"),
        foreign("status", text("PROCESSING"), "is not a status"),
        foreign("status", number("1"), "is not of type S"),
        foreign("stage", text("later_stage"), "is not a stage"),
        foreign("progress", text("30 %"), "is not of type M"),
        foreign(
            "progress.totalBatches", number("-1"), "is not a whole number from 0 to 2147483647"),
        foreign(
            "progress.createdLeads",
            number("2147483648"),
            "is not a whole number from 0 to 2147483647"),
        foreign("progress.failedBatches", text("0"), "is not of type N"),
        foreign("metadata.fileName", text(" "), "is blank"),
        foreign("metadata.fileName", AttributeValue.fromNul(true), "is not of type S"),
        foreign(
            "metadata.fileSize",
            number("-1"),
            "is not a whole number from 0 to 9223372036854775807"),
        foreign("stalled", text("false"), "is not of type BOOL"),
        foreign("createdAt", text("yesterday"), "is not an ISO 8601 time in UTC"),
        foreign("createdAt", text("2025-01-09"), "is not an ISO 8601 time in UTC"),
        foreign("updatedAt", number("1736416950"), "is not of type S"),
        foreign("updatedAt", text("+10000-01-01T00:00:00Z"), "is not a time from 1970 to 9999"),
        foreign("deadline", text("1969-12-31T23:59:59.999Z"), "is not a time from 1970 to 9999"),
        foreign("deadline", AttributeValue.fromNul(true), "is not of type S"),
        foreign("ttl", number("-1"), "is not a whole number from 0 to 253402300799"),
        foreign("ttl", number("1736416950000"), "is not a whole number from 0 to 253402300799"),
        foreign("ttl", text("2025-01-10T10:02:30Z"), "is not of type N"),
        foreign("splitAt", text(""), "is not an ISO 8601 time in UTC"),
        foreign("recent", AttributeValue.fromL(List.of()), "is not of type M"),
        foreign("recent.7", text("soon"), "is not an ISO 8601 time in UTC"),
        foreign("error", AttributeValue.fromM(Map.of()), "belongs to the status error"));
  }

  @ParameterizedTest(name = "{0} {2}")
  @MethodSource
  void undecodable(String path, AttributeValue value, String problem) {
    var refusal = refused(with(codec.encode(RECORD), path, value));

    assertThat(refusal.attribute()).isEqualTo(path);
    assertThat(refusal).hasMessageContaining(path + " " + problem);
  }

  @Test
  void an_error_needs_a_code_a_message_and_a_time() {
    var failed = with(codec.encode(RECORD), "status", text("error"));
    var error =
        Map.of(
            "code", text("EMPTY_FILE"),
            "message", text("The file is empty."),
            "timestamp", text("2025-01-09T10:00:00.000Z"));
    var whole = with(failed, "error", AttributeValue.fromM(error));
    assertThat(codec.decode(whole).error()).isPresent();

    assertThat(refused(failed).attribute()).isEqualTo("error");
    assertThat(refused(with(whole, "error.code", text("SOME_CODE"))).attribute())
        .isEqualTo("error.code");
    assertThat(refused(with(whole, "error.message", number("1"))).attribute())
        .isEqualTo("error.message");
    assertThat(refused(with(whole, "error.timestamp", text("now"))).attribute())
        .isEqualTo("error.timestamp");
  }

  @Test
  void counts_that_overflow_together_are_refused() {
    var most = number("2147483647");
    var item = with(codec.encode(RECORD), "progress.completedBatches", most);

    assertThat(codec.decode(with(item, "progress.failedBatches", number("0")))).isNotNull();
    assertThat(refused(with(item, "progress.failedBatches", number("1"))).attribute())
        .isEqualTo("progress");
  }

  @Test
  void a_set_of_batches_that_is_none_matters_to_writers_only() {
    var item = with(codec.encode(RECORD), "doneBatches", text("all"));

    assertThat(codec.decode(item)).isEqualTo(RECORD);
    var refusal =
        catchThrowableOfType(UndecodableRecordException.class, () -> codec.decodeStored(item));
    assertThat(refusal.attribute()).isEqualTo("doneBatches");
  }

  @Test
  void the_refusal_names_the_upload_but_nothing_that_it_holds() {
    var item = with(codec.encode(RECORD), "metadata.fileSize", text("confidential"));

    assertThat(refused(item))
        .hasMessage("status record u-1 cannot be read: metadata.fileSize is not of type N");
  }

  @Test
  void digits_below_the_millisecond_are_cut_off() {
    var item = with(codec.encode(RECORD), "createdAt", text("2025-01-09T10:00:00.000999999Z"));

    assertThat(codec.decode(item).createdAt()).isEqualTo(START);
  }

  @Test
  void no_recent_batches_may_come_as_a_value_without_a_type() {
    var item = new HashMap<>(codec.encode(RECORD));
    item.put("recent", AttributeValue.builder().build());

    assertThat(codec.decode(item).pace().recent()).isEmpty();
  }

  @Test
  void an_empty_item_is_refused() {
    assertThat(refused(Map.of())).hasMessage("status record cannot be read: status is missing");
  }

  private UndecodableRecordException refused(Map<String, AttributeValue> item) {
    return catchThrowableOfType(UndecodableRecordException.class, () -> codec.decode(item));
  }

  private static Map<String, AttributeValue> with(
      Map<String, AttributeValue> item, String path, AttributeValue value) {
    var copy = new HashMap<>(item);
    int dot = path.indexOf('.');
    if (dot < 0) {
      copy.put(path, value);
    } else {
      copy.compute(
          path.substring(0, dot),
          (_, map) ->
              AttributeValue.fromM(
                  with(map == null ? Map.of() : map.m(), path.substring(dot + 1), value)));
    }
    return copy;
  }

  private static Arguments foreign(String path, AttributeValue value, String problem) {
    return Arguments.of(path, value, problem);
  }

  private static AttributeValue text(String text) {
    return AttributeValue.fromS(text);
  }

  private static AttributeValue number(String number) {
    return AttributeValue.fromN(number);
  }
}
