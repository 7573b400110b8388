package dev.headway.leads;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headway.status.ErrorCode;
import dev.headway.status.OwnerId;
import dev.headway.status.ProcessingStatus;
import dev.headway.status.Stage;
import dev.headway.status.Status;
import dev.headway.status.StatusError;
import dev.headway.status.UploadId;
import dev.headway.store.DynamoDbLocal;
import dev.headway.store.ProcessingStatusService;
import dev.headway.store.Promises;
import dev.headway.store.SharedDynamoDbLocal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(SharedDynamoDbLocal.class)
class LeadSplitterTest {
  private static final OwnerId OWNER = new OwnerId("owner");

  private final ProcessingStatusService statuses;
  private final FakeS3 s3 = new FakeS3();
  private final FakeSqs sqs = new FakeSqs();
  private final BatchCodec codec = new BatchCodec();
  private final UploadId id = UploadId.random();
  private final List<java.time.Duration> pauses = new ArrayList<>();

  @TempDir private Path work;

  LeadSplitterTest(DynamoDbLocal dynamo) {
    statuses =
        new ProcessingStatusService(
            dynamo.client(), dynamo.statusTable(), InstantSource.system(), Promises.DEFAULT);
  }

  private LeadSplitter splitter() {
    return new LeadSplitter(
        statuses,
        s3,
        sqs,
        new LeadSplitter.Config("http://queue", work, FileLimits.DEFAULT),
        pauses::add);
  }

  private UploadedObject uploaded(String extension, byte[] bytes) {
    statuses.createStatus(id, OWNER, "leads" + extension, bytes.length);
    return replaced(extension, bytes);
  }

  private UploadedObject replaced(String extension, byte[] bytes) {
    String key = "uploads/" + id + extension;
    s3.objects.put(key, bytes);
    return new UploadedObject("bucket", key, bytes.length, Optional.of(FakeS3.eTag(bytes)));
  }

  private static byte[] csv(int rows) {
    StringBuilder text = new StringBuilder("Name,Email\n");
    for (int i = 1; i <= rows; i++) {
      text.append("Ann Lee,ann%d@a.example\n".formatted(i));
    }
    return text.toString().getBytes(UTF_8);
  }

  private ProcessingStatus status() {
    return statuses.getStatus(id).orElseThrow();
  }

  private List<BatchMessage> sent() {
    return sqs.bodies.stream().map(codec::decode).toList();
  }

  @Test
  void a_file_is_counted_announced_and_sent_in_batches_of_ten() {
    splitter().split(uploaded(".csv", csv(25)));

    assertThat(status().status()).isEqualTo(Status.PROCESSING);
    assertThat(status().stage()).isEqualTo(Stage.BATCH_PROCESSING);
    assertThat(status().progress().totalBatches()).isEqualTo(3);
    assertThat(status().progress().totalLeads()).isEqualTo(25);
    assertThat(sent()).extracting(BatchMessage::batch).containsExactly(1, 2, 3);
    assertThat(sent()).extracting(b -> b.rows().size()).containsExactly(10, 10, 5);
    assertThat(sent().getLast().rows().getLast())
        .isEqualTo(Rows.row(25, "Name", "Ann Lee", "Email", "ann25@a.example"));
    assertThat(sent()).allMatch(b -> b.uploadId().equals(id));
  }

  @Test
  void a_workbook_is_split_like_a_text() {
    byte[] workbook =
        new XlsxFixture().texts(List.of(List.of("Name"), List.of("Ann"), List.of("Bob"))).bytes();
    splitter().split(uploaded(".xlsx", workbook));
    assertThat(sent().getFirst().rows())
        .containsExactly(Rows.row(1, "Name", "Ann"), Rows.row(2, "Name", "Bob"));
  }

  @Test
  void a_crash_between_two_sends_is_healed_by_the_redelivery() {
    UploadedObject object = uploaded(".csv", csv(250));
    crashAtTheSecondSend(object);
    List<String> first = List.copyOf(sqs.bodies);
    assertThat(first).hasSize(10);

    sqs.bodies.clear();
    splitter().split(object);
    assertThat(sqs.bodies).startsWith(first.toArray(String[]::new));
    assertThat(sent()).extracting(BatchMessage::batch).hasSize(25).doesNotHaveDuplicates();
    assertThat(status().progress().totalBatches()).isEqualTo(25);
  }

  private void crashAtTheSecondSend(UploadedObject object) {
    sqs.beforeCall =
        () -> {
          if (sqs.calls == 1) {
            throw new IllegalStateException("crash");
          }
        };
    assertThatThrownBy(() -> splitter().split(object)).hasMessage("crash");
    sqs.beforeCall = () -> {};
  }

  @Test
  void entries_that_the_queue_refuses_are_sent_again_and_only_they() {
    List<String> refusedOnce = new ArrayList<>(List.of("2", "5"));
    sqs.refuse = entry -> refusedOnce.remove(entry.id());
    splitter().split(uploaded(".csv", csv(60)));
    assertThat(sqs.calls).isEqualTo(2);
    assertThat(sent())
        .extracting(BatchMessage::batch)
        .containsExactlyInAnyOrder(1, 2, 3, 4, 5, 6)
        .endsWith(2, 5);
    assertThat(pauses).hasSize(1);
  }

  @Test
  void a_queue_that_keeps_refusing_fails_the_split_so_that_it_comes_again() {
    sqs.refuse = entry -> true;
    UploadedObject object = uploaded(".csv", csv(3));
    assertThatThrownBy(() -> splitter().split(object)).hasMessageContaining("InternalError");
    assertThat(sqs.calls).isEqualTo(5);
    assertThat(status().status()).isEqualTo(Status.PROCESSING);

    sqs.senderFault = true;
    sqs.calls = 0;
    assertThatThrownBy(() -> splitter().split(object)).hasMessageContaining("InternalError");
    assertThat(sqs.calls).isEqualTo(1);
  }

  @Test
  void a_cancelled_upload_is_not_split() {
    UploadedObject object = uploaded(".csv", csv(25));
    statuses.cancel(id);
    splitter().split(object);
    assertThat(sqs.calls).isZero();
  }

  @Test
  void a_cancellation_in_the_middle_stops_the_sending() {
    UploadedObject object = uploaded(".csv", csv(1000));
    sqs.beforeCall =
        () -> {
          if (sqs.calls == 2) {
            statuses.cancel(id);
          }
        };
    splitter().split(object);
    assertThat(sqs.calls).isEqualTo(3); // the call that was on its way
    assertThat(status().status()).isEqualTo(Status.CANCELLED);
  }

  @Test
  void an_unknown_upload_and_foreign_keys_are_left_alone() {
    splitter().split(replaced(".csv", csv(5)));
    for (String key : List.of("batches/x/1.json", "uploads/a/b.csv", "uploads/.csv", "x.csv")) {
      splitter().split(new UploadedObject("bucket", key, 10, Optional.empty()));
    }
    assertThat(sqs.calls).isZero();
    assertThat(statuses.getStatus(id)).isEmpty();
  }

  @Test
  void an_object_that_was_replaced_waits_for_its_own_notification() {
    UploadedObject old = uploaded(".csv", csv(25));
    UploadedObject current = replaced(".csv", csv(7));
    splitter().split(old);
    assertThat(sqs.calls).isZero();
    splitter().split(current);
    assertThat(status().progress().totalLeads()).isEqualTo(7);
  }

  @Test
  void a_second_file_behind_a_split_one_is_left_alone() {
    splitter().split(uploaded(".csv", csv(25)));
    sqs.bodies.clear();
    ProcessingStatus before = status();
    splitter().split(replaced(".csv", csv(7)));
    assertThat(sqs.bodies).isEmpty();
    assertThat(status()).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Name,Email", "%PDF-1.4", "Name\nAnn\nBob"})
  void a_second_file_changes_nothing_whatever_it_is(String content) {
    splitter().split(uploaded(".csv", csv(25)));
    ProcessingStatus before = status();
    UploadedObject second = replaced(".csv", content.getBytes(UTF_8));

    splitter().split(second);
    new SplitDeadLetters(statuses).bury(second);

    assertThat(status()).isEqualTo(before);
  }

  @Test
  void a_second_file_while_the_first_is_being_sent_changes_nothing() {
    UploadedObject first = uploaded(".csv", csv(250));
    sqs.beforeCall =
        () -> {
          if (sqs.calls == 1) {
            splitter().split(replaced(".csv", csv(7)));
          }
        };
    splitter().split(first);
    assertThat(sent()).extracting(BatchMessage::batch).hasSize(25).doesNotHaveDuplicates();
    assertThat(status().progress().totalLeads()).isEqualTo(250);
  }

  @Test
  void a_first_file_that_is_announced_again_behind_its_replacement_changes_nothing() {
    UploadedObject first = uploaded(".csv", csv(25));
    splitter().split(first);
    ProcessingStatus before = status();
    replaced(".csv", csv(7));

    splitter().split(first);

    assertThat(status()).isEqualTo(before);
  }

  @Test
  void a_file_that_was_replaced_after_its_acceptance_and_before_its_split_ends_the_upload() {
    UploadedObject first = uploaded(".csv", csv(25));
    statuses.acceptFile(id, first.eTag().orElseThrow()); // by a splitter that then crashed
    UploadedObject second = replaced(".csv", csv(7));

    splitter().split(second);
    assertThat(status().status()).isEqualTo(Status.UPLOADED);
    splitter().split(first);

    assertThat(status().error().map(StatusError::code)).contains(ErrorCode.FILE_PROCESSING_FAILED);
    assertThat(sqs.bodies).isEmpty();
  }

  @Test
  void a_file_that_was_replaced_while_it_was_sent_is_left_to_who_may_still_send_it() {
    UploadedObject first = uploaded(".csv", csv(250));
    crashAtTheSecondSend(first);
    replaced(".csv", csv(7));
    ProcessingStatus before = status();

    assertThatThrownBy(() -> splitter().split(first)).isInstanceOf(WorkInHandException.class);
    assertThat(status()).isEqualTo(before);

    new SplitDeadLetters(statuses).bury(first);
    assertThat(status().error().map(StatusError::code)).contains(ErrorCode.FILE_PROCESSING_FAILED);
  }

  @Test
  void a_file_whose_batches_are_all_sent_is_not_sent_again() {
    UploadedObject object = uploaded(".csv", csv(25));
    splitter().split(object);
    ProcessingStatus before = status();
    sqs.bodies.clear();

    splitter().split(object);
    new SplitDeadLetters(statuses).bury(object);

    assertThat(sqs.bodies).isEmpty();
    assertThat(status()).isEqualTo(before);
  }

  @Test
  void a_file_that_is_announced_without_its_tag_is_accepted_by_the_tag_it_has() {
    UploadedObject object = uploaded(".csv", csv(25));
    splitter()
        .split(new UploadedObject(object.bucket(), object.key(), object.size(), Optional.empty()));
    splitter().split(replaced(".csv", csv(7)));
    assertThat(status().progress().totalLeads()).isEqualTo(25);
  }

  @Test
  void an_object_that_is_gone_fails_so_that_the_dead_letters_end_the_upload() {
    UploadedObject object = uploaded(".csv", csv(25));
    s3.objects.clear();
    assertThatThrownBy(() -> splitter().split(object)).isInstanceOf(RuntimeException.class);
    assertThat(status().isTerminal()).isFalse();

    new SplitDeadLetters(statuses).bury(object);
    assertThat(status().error().map(StatusError::code)).contains(ErrorCode.FILE_PROCESSING_FAILED);
    new SplitDeadLetters(statuses).bury(new UploadedObject("b", "elsewhere", 1, Optional.empty()));
  }

  @ParameterizedTest
  @CsvSource({
    ".csv, '', EMPTY_FILE",
    ".csv, 'Name,Email', EMPTY_FILE",
    ".csv, %PDF-1.4, INVALID_FILE_TYPE",
    ".xlsx, nonsense, UNREADABLE_FILE"
  })
  void a_file_that_cannot_become_leads_ends_its_upload_with_the_reason(
      String extension, String content, ErrorCode expected) {
    splitter().split(uploaded(extension, content.getBytes(UTF_8)));
    assertThat(status().status()).isEqualTo(Status.ERROR);
    assertThat(status().error().map(StatusError::code)).contains(expected);
    assertThat(status().stage()).isEqualTo(Stage.FILE_PROCESSING);
    assertThat(sqs.calls).isZero();
  }

  @Test
  void a_file_larger_than_allowed_is_rejected_whatever_size_was_announced() {
    UploadedObject object = uploaded(".csv", csv(2));
    LeadSplitter strict =
        new LeadSplitter(
            statuses,
            s3,
            sqs,
            new LeadSplitter.Config("http://queue", work, FileLimits.DEFAULT.withMaxBytes(20)),
            pauses::add);
    strict.split(new UploadedObject("bucket", object.key(), 1, object.eTag()));
    assertThat(status().error().map(StatusError::code)).contains(ErrorCode.FILE_TOO_LARGE);
  }

  @Test
  void a_batch_too_big_for_a_message_travels_by_its_key() {
    StringBuilder text = new StringBuilder("Name,Note\n");
    for (int i = 0; i < 12; i++) {
      text.append("Ann,").append("ü".repeat(30_000)).append('\n');
    }
    splitter().split(uploaded(".csv", text.toString().getBytes(UTF_8)));

    BatchRows rows = new BatchRows(s3, "bucket");
    assertThat(sqs.bodies).hasSize(2).allMatch(body -> body.length() < 200);
    assertThat(s3.objects).containsKey("batches/" + id + "/1.json");
    assertThat(rows.rowsOf(rows.decode(sqs.bodies.getFirst()))).hasSize(10);
    assertThat(rows.rowsOf(rows.decode(sqs.bodies.getLast())).getLast())
        .isEqualTo(Rows.row(12, "Name", "Ann", "Note", "ü".repeat(30_000)));
  }

  @Test
  void large_files_have_at_most_two_thousand_batches() {
    splitter().split(uploaded(".csv", csv(20_001)));
    assertThat(sent()).hasSize(1819).allMatch(b -> b.rows().size() <= 11);
    assertThat(status().progress().totalBatches()).isEqualTo(1819);
    assertThat(sent().stream().mapToInt(b -> b.rows().size()).sum()).isEqualTo(20_001);
  }

  @Test
  void no_local_copy_is_left_behind() throws IOException {
    splitter().split(uploaded(".csv", csv(3)));
    try (var left = Files.list(work)) {
      assertThat(left).isEmpty();
    }
  }
}
