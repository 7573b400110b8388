package dev.headway.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.status.ErrorCode;
import dev.headway.status.FileMetadata;
import dev.headway.status.OwnerId;
import dev.headway.status.Pace;
import dev.headway.status.ProcessingStatus;
import dev.headway.status.Progress;
import dev.headway.status.Stage;
import dev.headway.status.Status;
import dev.headway.status.StatusError;
import dev.headway.status.UploadId;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

class StatusCodecProperties {
  /** The end of the year 9999, the last that the codec reads. */
  private static final long LAST_SECOND = 253_402_300_799L;

  private final StatusCodec codec = new StatusCodec();

  @Property(tries = 500)
  void what_is_encoded_decodes_to_itself(@ForAll("records") ProcessingStatus record) {
    assertThat(codec.decode(codec.encode(record))).isEqualTo(record);
  }

  @Property(tries = 200)
  void attributes_of_a_later_version_are_passed_over(@ForAll("records") ProcessingStatus record) {
    var item = new HashMap<>(codec.encode(record));
    item.put("later", AttributeValue.fromS("…"));
    item.put("doneBatches", AttributeValue.fromNs(List.of("1", "2")));
    item.compute("progress", (_, progress) -> with(progress, "skippedBatches", "7"));
    item.compute("recent", (_, recent) -> with(recent, "16", "7"));
    item.compute("metadata", (_, metadata) -> with(metadata, "checksum", "7"));

    assertThat(codec.decode(item)).isEqualTo(record);
  }

  /** Whatever a foreign writer puts in place of an attribute: a record or the one exception. */
  @Property(tries = 1000)
  void a_foreign_value_gives_a_record_or_the_name_of_the_attribute(
      @ForAll("records") ProcessingStatus record,
      @ForAll("attributes") String attribute,
      @ForAll("foreignValues") AttributeValue value) {
    var item = new HashMap<>(codec.encode(record));
    item.put(attribute, value);
    try {
      assertThat(codec.decode(item).uploadId().value()).isNotEmpty();
    } catch (UndecodableRecordException e) {
      // A foreign status is told where the error is missing, or is one too many.
      assertThat(e.attribute()).containsPattern("^(" + attribute + "|error)");
      assertThat(e).hasMessageNotContaining("secret");
    }
  }

  private static AttributeValue with(AttributeValue map, String name, String number) {
    var more = new HashMap<>(map.m());
    more.put(name, AttributeValue.fromN(number));
    return AttributeValue.fromM(more);
  }

  @Provide
  Arbitrary<String> attributes() {
    return Arbitraries.of(StatusCodec.READ);
  }

  @Provide
  Arbitrary<AttributeValue> foreignValues() {
    return Arbitraries.of(
        AttributeValue.fromS(""),
        AttributeValue.fromS("secret"),
        AttributeValue.fromS("-1000000000-01-01T00:00:00Z"),
        AttributeValue.fromS("processing"),
        AttributeValue.fromS("error"),
        AttributeValue.fromN("-1"),
        AttributeValue.fromN("0.5"),
        AttributeValue.fromN("1E+125"),
        AttributeValue.fromN("99999999999999999999999999999999999999"),
        AttributeValue.fromBool(true),
        AttributeValue.fromNul(true),
        AttributeValue.fromM(Map.of()),
        AttributeValue.fromM(Map.of("0", AttributeValue.fromS("secret"))),
        AttributeValue.fromM(Map.of("code", AttributeValue.fromS("secret"))),
        AttributeValue.fromL(List.of()),
        AttributeValue.fromSs(List.of("secret")),
        AttributeValue.fromNs(List.of("1")),
        AttributeValue.builder().build());
  }

  @Provide
  Arbitrary<ProcessingStatus> records() {
    var identity =
        Combinators.combine(
                Arbitraries.strings()
                    .withCharRange('a', 'z')
                    .withCharRange('A', 'Z')
                    .withCharRange('0', '9')
                    .withChars('_', '-')
                    .ofMinLength(1)
                    .ofMaxLength(255)
                    .map(UploadId::new),
                Arbitraries.strings()
                    .ofMinLength(1)
                    .ofMaxLength(682)
                    .map(text -> text.replaceAll("[\\x00-\\x1f\\x7f-\\x9f]", "?")) // no controls
                    .filter(text -> !text.isBlank())
                    .map(OwnerId::new),
                Arbitraries.longs().between(1, Long.MAX_VALUE),
                Arbitraries.of(Stage.class),
                progress(),
                file(),
                Arbitraries.of(true, false))
            .as(Identity::new);
    var times =
        Combinators.combine(
                instants(),
                instants(),
                Arbitraries.longs().between(0, LAST_SECOND).map(Instant::ofEpochSecond),
                instants().optional(),
                instants().optional(),
                instants().list().ofMaxSize(Pace.SLOTS))
            .as(Times::new);
    var ends =
        Arbitraries.of(Status.class)
            .flatMap(status ->
                status == Status.ERROR
                    ? errors().map(error -> new End(status, Optional.of(error)))
                    : Arbitraries.just(new End(status, Optional.empty())));
    return Combinators.combine(identity, times, ends)
        .as((who, when, end) ->
            new ProcessingStatus(
                who.id,
                who.owner,
                who.version,
                end.status,
                who.stage,
                who.progress,
                who.file,
                who.stalled,
                end.error,
                when.createdAt,
                when.updatedAt,
                when.expiresAt,
                when.deadline,
                new Pace(when.startedAt, when.recent)));
  }

  private static Arbitrary<Progress> progress() {
    var counts = Arbitraries.integers().between(0, Integer.MAX_VALUE);
    var halves = Arbitraries.integers().between(0, Integer.MAX_VALUE / 2);
    return Combinators.combine(counts, halves, halves, counts, counts, counts, counts)
        .as(Progress::new);
  }

  private static Arbitrary<FileMetadata> file() {
    return Combinators.combine(
            Arbitraries.strings().ofMinLength(1).ofMaxLength(300).filter(name -> !name.isBlank()),
            Arbitraries.longs().greaterOrEqual(0))
        .as(FileMetadata::new);
  }

  private static Arbitrary<StatusError> errors() {
    return Combinators.combine(
            Arbitraries.of(ErrorCode.class), Arbitraries.strings().ofMaxLength(200), instants())
        .as(StatusError::new);
  }

  private static Arbitrary<Instant> instants() {
    return Arbitraries.longs().between(0, LAST_SECOND * 1000 + 999).map(Instant::ofEpochMilli);
  }

  private record Identity(
      UploadId id,
      OwnerId owner,
      long version,
      Stage stage,
      Progress progress,
      FileMetadata file,
      boolean stalled) {}

  private record Times(
      Instant createdAt,
      Instant updatedAt,
      Instant expiresAt,
      Optional<Instant> deadline,
      Optional<Instant> startedAt,
      List<Instant> recent) {}

  private record End(Status status, Optional<StatusError> error) {}
}
