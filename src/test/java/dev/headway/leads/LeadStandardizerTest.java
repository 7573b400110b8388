package dev.headway.leads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.headway.api.Lead;
import dev.headway.api.LeadQuery;
import dev.headway.status.ErrorCode;
import dev.headway.status.OwnerId;
import dev.headway.status.ProcessingStatus;
import dev.headway.status.Progress;
import dev.headway.status.Status;
import dev.headway.status.StatusError;
import dev.headway.status.UploadId;
import dev.headway.store.DynamoDbLocal;
import dev.headway.store.ProcessingStatusService;
import dev.headway.store.Promises;
import dev.headway.store.SharedDynamoDbLocal;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

@ExtendWith(SharedDynamoDbLocal.class)
class LeadStandardizerTest {
  private static final String TABLE = "Leads-standardizer-test";

  private final OwnerId owner = new OwnerId(UUID.randomUUID().toString());
  private final UploadId id = UploadId.random();
  private final DynamoDbClient dynamo;
  private final ProcessingStatusService statuses;
  private final LeadStore store;
  private final LeadBook book;
  private final BatchRows batches = new BatchRows(new FakeS3(), "bucket");
  private final BatchCodec codec = new BatchCodec();
  private final FakeSqs deadLetterQueue = new FakeSqs();
  private final BatchDeadLetters deadLetters;
  private final AtomicInteger asked = new AtomicInteger();

  LeadStandardizerTest(DynamoDbLocal dynamo) {
    this.dynamo = dynamo.client();
    statuses =
        new ProcessingStatusService(
            dynamo.client(), dynamo.statusTable(), InstantSource.system(), Promises.DEFAULT);
    LeadTable.createIfAbsent(dynamo.client(), TABLE);
    store = new LeadStore(dynamo.client(), TABLE, InstantSource.system());
    book = new LeadBook(dynamo.client(), TABLE);
    deadLetters =
        new BatchDeadLetters(
            statuses, batches, store, new SecondLook(deadLetterQueue, "batch-dead-letters"));
  }

  /** Answers rightly, from the columns Name and Email. */
  private String rightAnswer(String document) {
    asked.incrementAndGet();
    JsonMapper mapper = new JsonMapper();
    try {
      var leads = mapper.createArrayNode();
      for (JsonNode row : mapper.readTree(document).path("rows")) {
        leads
            .addObject()
            .put("row", row.path("row").asInt())
            .put("firstName", row.at("/fields/Name").asText())
            .put("email", row.at("/fields/Email").asText());
      }
      return mapper.createObjectNode().set("leads", leads).toString();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private void standardize(ChatModel model, String message) {
    new LeadStandardizer(statuses, batches, model, store, 4)
        .standardize(message, () -> Duration.ofMinutes(1));
  }

  private void standardize(String message) {
    standardize((instructions, document, time) -> rightAnswer(document), message);
  }

  /** An upload of two batches. */
  private void upload(int leads) {
    statuses.createStatus(id, owner, "leads.csv", 1000);
    statuses.splitInto(id, 2, leads);
  }

  private String batch(int number, int from, int to) {
    List<SourceRow> rows = new ArrayList<>();
    for (int i = from; i <= to; i++) {
      rows.add(Rows.row(i, "Name", "Ann", "Email", "ann%d@a.example".formatted(i)));
    }
    return codec.encode(BatchMessage.of(id, number, rows));
  }

  private ProcessingStatus status() {
    return statuses.getStatus(id).orElseThrow();
  }

  private List<Lead> leads() {
    return book.find(
            owner,
            new LeadQuery(
                100, Optional.empty(), Optional.empty(), Optional.empty(), LeadQuery.Sort.NEWEST))
        .leads();
  }

  @Test
  void a_batch_becomes_leads_and_is_counted() {
    upload(13);
    standardize(batch(1, 1, 10));
    assertThat(status().progress()).isEqualTo(new Progress(2, 1, 0, 13, 10, 10, 0));
    standardize(batch(2, 11, 13));
    assertThat(status().status()).isEqualTo(Status.COMPLETED);
    assertThat(status().progress()).isEqualTo(new Progress(2, 2, 0, 13, 13, 13, 0));
    assertThat(leads()).hasSize(13).allMatch(l -> l.sourceFile().equals("leads.csv"));
  }

  @Test
  void a_redelivered_batch_is_counted_once() {
    upload(13);
    for (int i = 0; i < 3; i++) {
      standardize(batch(1, 1, 10));
    }
    assertThat(status().progress()).isEqualTo(new Progress(2, 1, 0, 13, 10, 10, 0));
    assertThat(leads()).hasSize(10);
  }

  @Test
  void a_large_batch_is_asked_about_ten_rows_at_a_time() {
    upload(100);
    standardize(batch(1, 1, 45));
    assertThat(asked).hasValue(5);
    assertThat(status().progress().processedLeads()).isEqualTo(45);
    assertThat(leads()).hasSize(45);
  }

  @Test
  void rows_about_one_person_are_one_lead_of_the_last_row() {
    upload(13);
    String message =
        codec.encode(
            BatchMessage.of(
                id,
                1,
                List.of(
                    Rows.row(1, "Name", "Ann", "Email", "ann@a.example"),
                    Rows.row(2, "Name", "Anna", "Email", "ANN@a.example"),
                    Rows.row(3, "Name", "Bob", "Email", "bob@a.example"))));
    standardize(message);
    assertThat(status().progress()).isEqualTo(new Progress(2, 1, 0, 13, 3, 2, 0));
    assertThat(leads()).extracting(Lead::firstName).containsExactlyInAnyOrder("Anna", "Bob");
  }

  @Test
  void leads_that_were_known_before_are_counted_as_updated() {
    upload(13);
    standardize(batch(1, 1, 10));
    standardize(batch(2, 8, 13));
    assertThat(status().progress().createdLeads()).isEqualTo(13);
    assertThat(status().progress().updatedLeads()).isEqualTo(3);
  }

  @Test
  void an_answer_that_cannot_be_trusted_stores_nothing_and_comes_again() {
    upload(13);
    ChatModel inventive =
        (instructions, document, time) ->
            rightAnswer(document).replace("ann3@a.example", "boss@evil.example");
    assertThatThrownBy(() -> standardize(inventive, batch(1, 1, 10)))
        .isInstanceOf(ModelException.class);
    assertThat(leads()).isEmpty();
    assertThat(status().progress().countedBatches()).isZero();

    standardize(batch(1, 1, 10));
    assertThat(leads()).hasSize(10);
  }

  @Test
  void a_failure_among_many_questions_fails_the_batch_which_later_is_whole() {
    upload(100);
    ChatModel once =
        (instructions, document, time) -> {
          if (document.contains("ann25@")) {
            throw new ModelException("busy");
          }
          return rightAnswer(document);
        };
    assertThatThrownBy(() -> standardize(once, batch(1, 1, 45))).hasMessage("busy");
    assertThat(status().progress().countedBatches()).isZero();
    standardize(batch(1, 1, 45));
    assertThat(status().progress()).isEqualTo(new Progress(2, 1, 0, 100, 45, 45, 0));
  }

  @Test
  void a_batch_of_a_cancelled_or_unknown_upload_is_dropped_unasked() {
    upload(13);
    statuses.cancel(id);
    standardize(batch(1, 1, 10));
    standardize(
        codec.encode(BatchMessage.of(UploadId.random(), 1, List.of(Rows.row(1, "Name", "Ann")))));
    assertThat(asked).hasValue(0);
    assertThat(leads()).isEmpty();
  }

  @Test
  void a_cancellation_while_the_model_thinks_stores_nothing() {
    upload(13);
    standardize(
        (instructions, document, time) -> {
          statuses.cancel(id);
          return rightAnswer(document);
        },
        batch(1, 1, 10));
    assertThat(leads()).isEmpty();
    assertThat(status().status()).isEqualTo(Status.CANCELLED);
  }

  @Test
  void a_message_that_is_no_batch_fails() {
    assertThatThrownBy(() -> standardize("nonsense")).isInstanceOf(IllegalArgumentException.class);
    String foreign =
        codec.encode(
            BatchMessage.of(id, 1, List.of(Rows.row(1, "a", "b")))
                .withRowsIn("uploads/somebody.csv"));
    upload(13);
    assertThatThrownBy(() -> standardize(foreign)).hasMessageContaining("not its own");
  }

  @Test
  void a_batch_that_fails_finally_keeps_its_rows_and_ends_the_upload() {
    upload(13);
    standardize(batch(1, 1, 10));
    for (int i = 0; i < 2; i++) {
      deadLetters.bury(batch(2, 11, 13));
    }
    assertThat(status().status()).isEqualTo(Status.ERROR);
    assertThat(status().error().map(StatusError::code)).contains(ErrorCode.PARTIAL_FAILURE);
    assertThat(status().progress()).isEqualTo(new Progress(2, 1, 1, 13, 10, 10, 0));
    assertThat(leads())
        .hasSize(13)
        .extracting(Lead::remarks)
        .contains("[Not standardized] Name: Ann; Email: ann12@a.example");
  }

  @Test
  void a_batch_that_failed_finally_and_succeeds_after_all_leaves_no_raw_rows() {
    upload(13);
    deadLetters.bury(batch(1, 1, 10));
    assertThat(leads()).hasSize(10).allMatch(l -> l.remarks().startsWith("[Not standardized]"));
    standardize(batch(1, 1, 10));
    assertThat(leads()).hasSize(10).noneMatch(l -> l.remarks().startsWith("[Not standardized]"));
    assertThat(status().progress()).isEqualTo(new Progress(2, 1, 0, 13, 10, 10, 0));
  }

  @Test
  void a_batch_that_dies_half_stored_keeps_only_the_rows_that_are_not_leads_yet() {
    upload(13);
    assertThatThrownBy(() ->
            new LeadStandardizer(
                    statuses,
                    batches,
                    (instructions, document, time) -> rightAnswer(document),
                    new LeadStore(dyingAfter(4), TABLE, InstantSource.system()),
                    4)
                .standardize(batch(1, 1, 10), () -> Duration.ofMinutes(1)))
        .hasMessage("dead");
    assertThat(leads()).hasSize(4);

    deadLetters.bury(batch(1, 1, 10));

    assertThat(leads()).hasSize(10);
    assertThat(leads()).filteredOn(LeadStandardizerTest::isRaw).hasSize(6);
  }

  @Test
  void
      rows_that_become_leads_while_their_batch_is_being_buried_are_there_once_at_the_second_look() {
    upload(13);
    ChatModel slow =
        (instructions, document, time) -> {
          deadLetters.bury(batch(1, 1, 10));
          return rightAnswer(document);
        };
    standardize(slow, batch(1, 1, 10));
    assertThat(leads()).hasSize(20);

    assertThat(deadLetterQueue.bodies).hasSize(1);
    deadLetters.bury(deadLetterQueue.bodies.getFirst());

    assertThat(leads()).hasSize(10).noneMatch(LeadStandardizerTest::isRaw);
    assertThat(status().progress()).isEqualTo(new Progress(2, 1, 0, 13, 10, 10, 0));
    assertThat(deadLetterQueue.bodies).hasSize(1); // it is the last one
  }

  @Test
  void the_second_look_comes_after_the_upload_is_over_and_keeps_what_is_no_lead() {
    upload(13);
    deadLetters.bury(batch(1, 1, 10));
    statuses.cancel(id);
    deadLetters.bury(batch(1, 1, 10)); // as after a crash
    assertThat(deadLetterQueue.bodies).hasSize(2);

    deadLetterQueue.bodies.forEach(deadLetters::bury);

    assertThat(leads()).hasSize(10).allMatch(LeadStandardizerTest::isRaw);
  }

  /** A table that cannot be written any more after some writes. */
  private DynamoDbClient dyingAfter(int writes) {
    var done = new AtomicInteger();
    return (DynamoDbClient)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {DynamoDbClient.class},
            (proxy, method, arguments) -> {
              if (done.incrementAndGet() > writes) {
                throw new IllegalStateException("dead");
              }
              return method.invoke(dynamo, arguments);
            });
  }

  private static boolean isRaw(Lead lead) {
    return lead.remarks().startsWith("[Not standardized]");
  }

  @Test
  void dead_letters_that_cannot_be_read_still_end_their_batch() {
    upload(13);
    deadLetters.bury("nonsense");
    deadLetters.bury("{\"v\":9,\"uploadId\":\"" + id + "\",\"batch\":1}");
    assertThat(status().progress().failedBatches()).isEqualTo(1);
  }
}
