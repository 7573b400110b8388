package dev.headway.tail;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.status.ProcessingStatus;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.OperationType;
import software.amazon.awssdk.services.dynamodb.model.Record;

class ChangeDecoderTest {
  private static final String SHARD = "shard-1";

  private final ChangeDecoder decoder =
      new ChangeDecoder(Items::decode, InstantSource.fixed(Items.NOW), () -> 0);

  @Test
  void only_the_newest_record_of_an_upload_is_kept_and_the_order_of_the_stream_stays() {
    var told =
        decoder.newest(
            SHARD,
            List.of(
                change(Items.item("a", 1)),
                change(Items.item("b", 7)),
                change(Items.item("a", 2)),
                change(Items.item("c", 1)),
                change(Items.item("a", 3))));
    assertThat(told)
        .containsExactly(
            Items.status("b", 7, Items.LATER),
            Items.status("c", 1, Items.LATER),
            Items.status("a", 3, Items.LATER));
  }

  @Test
  void a_removal_is_left_out_and_does_not_count_as_unreadable() {
    var removal = change(Items.item("a", 1)).toBuilder().eventName(OperationType.REMOVE).build();
    assertThat(decoder.newest(SHARD, List.of(removal))).isEmpty();
    assertThat(decoder.skipped()).isZero();
  }

  @Test
  void an_upload_whose_id_is_used_again_starts_over_at_a_low_version() {
    var removal = change(Items.item("a", 9)).toBuilder().eventName(OperationType.REMOVE).build();
    var told =
        decoder.newest(
            SHARD, List.of(change(Items.item("a", 9)), removal, change(Items.item("a", 1))));
    assertThat(told).extracting(ProcessingStatus::version).containsExactly(1L);
  }

  @Test
  void a_record_that_expires_now_is_left_out_and_one_a_moment_later_is_not() {
    var told =
        decoder.newest(
            SHARD,
            List.of(
                change(Items.item("over", 1, Items.NOW)),
                change(Items.item("alive", 1, Items.NOW.plusNanos(1)))));
    assertThat(told).extracting(s -> s.uploadId().value()).containsExactly("alive");
    assertThat(decoder.skipped()).isZero();
  }

  @Test
  void what_cannot_be_read_is_counted_and_the_others_are_kept() {
    var told =
        decoder.newest(
            SHARD,
            List.of(
                change(Items.oddItem("no-version")),
                change(Items.item("bad id!", 1)), // the codec throws
                Record.builder().eventName(OperationType.INSERT).build(),
                Record.builder().eventName(OperationType.MODIFY).dynamodb(d -> {}).build(),
                change(Items.item("good", 1))));
    assertThat(told).extracting(s -> s.uploadId().value()).containsExactly("good");
    assertThat(decoder.skipped()).isEqualTo(4);
  }

  private static Record change(Map<String, AttributeValue> image) {
    return Record.builder()
        .eventName(OperationType.MODIFY)
        .dynamodb(d -> d.newImage(image).sequenceNumber("1"))
        .build();
  }
}
