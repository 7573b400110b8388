package dev.headway.leads;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.api.Lead;
import dev.headway.api.LeadQuery;
import dev.headway.leads.LeadStore.Origin;
import dev.headway.leads.LeadStore.Stored;
import dev.headway.status.OwnerId;
import dev.headway.status.UploadId;
import dev.headway.store.DynamoDbLocal;
import dev.headway.store.SharedDynamoDbLocal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(SharedDynamoDbLocal.class)
class LeadStoreTest {
  private static final String TABLE = "Leads-store-test";
  private static final Instant MONDAY = Instant.parse("2025-01-06T10:00:00Z");
  private static final Instant TUESDAY = MONDAY.plusSeconds(86_400);

  private final OwnerId owner = new OwnerId(UUID.randomUUID().toString());
  private final UploadId first = UploadId.random();
  private final UploadId second = UploadId.random();
  private final LeadStore store;
  private final LeadBook book;

  LeadStoreTest(DynamoDbLocal dynamo) {
    LeadTable.createIfAbsent(dynamo.client(), TABLE);
    store = new LeadStore(dynamo.client(), TABLE, () -> TUESDAY.plusSeconds(60));
    book = new LeadBook(dynamo.client(), TABLE);
  }

  private Origin origin(UploadId upload, int batch) {
    return new Origin(
        owner,
        upload,
        upload.equals(first) ? MONDAY : TUESDAY,
        upload.equals(first) ? "monday.csv" : "tuesday.csv",
        batch);
  }

  private static LeadFields lead(String email, String company) {
    return new LeadFields("Ann", "Lee", "", company, email, "", "");
  }

  private List<Lead> all() {
    return book.find(
            owner,
            new LeadQuery(
                100, Optional.empty(), Optional.empty(), Optional.empty(), LeadQuery.Sort.NEWEST))
        .leads();
  }

  private Lead only() {
    assertThat(all()).hasSize(1);
    return all().getFirst();
  }

  @Test
  void a_new_lead_has_everything() {
    assertThat(store.put(origin(first, 1), 3, lead("Ann@A.Example", "Acme")))
        .isEqualTo(Stored.CREATED);
    Lead lead = only();
    assertThat(lead)
        .isEqualTo(
            new Lead(
                lead.leadId(),
                "Ann",
                "Lee",
                "",
                "Acme",
                "ann@a.example",
                "",
                "",
                "monday.csv",
                first,
                "2025-01-07T10:01:00.000Z",
                "2025-01-07T10:01:00.000Z"));
    assertThat(UUID.fromString(lead.leadId()).version()).isEqualTo(8);
  }

  @Test
  void a_redelivered_batch_gives_the_same_counts() {
    Origin batch = origin(first, 1);
    assertThat(store.put(batch, 1, lead("ann@a.example", "A"))).isEqualTo(Stored.CREATED);
    assertThat(store.put(batch, 1, lead("ann@a.example", "A"))).isEqualTo(Stored.CREATED);
    assertThat(store.put(origin(first, 2), 11, lead("ann@a.example", "B")))
        .isEqualTo(Stored.UPDATED);
    assertThat(store.put(batch, 1, lead("ann@a.example", "A"))).isEqualTo(Stored.CREATED);
    assertThat(store.put(origin(first, 2), 11, lead("ann@a.example", "B")))
        .isEqualTo(Stored.UPDATED);
    assertThat(only().company()).isEqualTo("B");
  }

  @Test
  void a_later_file_updates_a_lead_that_keeps_its_id() {
    store.put(origin(first, 1), 1, lead("ann@a.example", "Old"));
    String id = only().leadId();
    assertThat(store.put(origin(second, 1), 1, lead("ANN@A.example", "New")))
        .isEqualTo(Stored.UPDATED);
    assertThat(only().leadId()).isEqualTo(id);
    assertThat(only().company()).isEqualTo("New");
    assertThat(only().sourceFile()).isEqualTo("tuesday.csv");
    assertThat(only().uploadId()).isEqualTo(second);
  }

  @Test
  void a_late_batch_of_an_earlier_file_does_not_overwrite() {
    store.put(origin(second, 1), 1, lead("ann@a.example", "New"));
    assertThat(store.put(origin(first, 1), 1, lead("ann@a.example", "Old")))
        .isEqualTo(Stored.UPDATED);
    assertThat(only().company()).isEqualTo("New");
  }

  @Test
  void rows_without_an_address_are_leads_of_their_own() {
    store.put(origin(first, 1), 1, lead("", "A"));
    store.put(origin(first, 1), 2, lead("", "A"));
    store.put(origin(first, 1), 2, lead("", "A"));
    assertThat(all()).hasSize(2);
  }

  @Test
  void owners_do_not_share_leads() {
    store.put(origin(first, 1), 1, lead("ann@a.example", "A"));
    OwnerId other = new OwnerId(UUID.randomUUID().toString());
    Stored stored =
        store.put(new Origin(other, second, TUESDAY, "x.csv", 1), 1, lead("ann@a.example", "B"));
    assertThat(stored).isEqualTo(Stored.CREATED);
    assertThat(only().company()).isEqualTo("A");
  }

  @Test
  void a_raw_row_takes_no_lead_away_and_gives_way_to_its_own() {
    LeadFields raw =
        new LeadFields("", "", "", "", "", "", "[Not standardized] Mail: ann@a.example");
    store.put(origin(second, 1), 5, lead("ann@a.example", "A"));
    store.putRaw(origin(first, 1), 1, raw);
    store.putRaw(origin(first, 1), 2, raw);
    assertThat(all()).hasSize(3);

    // Row 1 has no address after all: it replaces its raw self in place.
    store.put(origin(first, 1), 1, lead("", "Standardized"));
    // Row 2 is somebody who is known.
    store.put(origin(first, 1), 2, lead("ann@a.example", "Old"));
    store.removeRaw(owner, first, 2);
    store.removeRaw(owner, first, 1); // is no raw row any more
    assertThat(all()).extracting(Lead::company).containsExactlyInAnyOrder("A", "Standardized");

    store.putRaw(origin(first, 1), 1, raw);
    assertThat(all()).extracting(Lead::company).contains("Standardized");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void any_order_of_batches_with_any_repeats_ends_with_the_same_leads(long seed) {
    // 60 rows in 6 batches about 15 people, in two files.
    record Row(UploadId upload, int batch, int row, String email, String company) {}
    List<Row> rows = new ArrayList<>();
    Random random = new Random(seed);
    Map<String, String> expected = new HashMap<>();
    for (UploadId upload : List.of(first, second)) {
      for (int row = 1; row <= 30; row++) {
        String email = "p%d@a.example".formatted(random.nextInt(15));
        String company = upload + " " + row;
        rows.add(new Row(upload, (row + 9) / 10, row, email, company));
        expected.put(email, company);
      }
    }
    List<Row> deliveries = new ArrayList<>(rows);
    deliveries.addAll(rows.subList(0, 40));
    java.util.Collections.shuffle(deliveries, random);

    Map<Row, Stored> answers = new HashMap<>();
    try (var threads = Executors.newFixedThreadPool(8)) {
      Map<Row, List<Future<Stored>>> pending = new HashMap<>();
      for (Row row : deliveries) {
        pending
            .computeIfAbsent(row, r -> new ArrayList<>())
            .add(
                threads.submit(() ->
                    store.put(
                        origin(row.upload(), row.batch()),
                        row.row(),
                        lead(row.email(), row.company()))));
      }
      pending.forEach((row, futures) -> {
        List<Stored> each = futures.stream().map(LeadStoreTest::get).toList();
        assertThat(each).as("redeliveries answer alike").containsOnly(each.getFirst());
        answers.put(row, each.getFirst());
      });
    }

    Map<String, String> stored = new HashMap<>();
    all().forEach(lead -> stored.put(lead.email(), lead.company()));
    assertThat(stored).isEqualTo(expected);
    // Each person was created by exactly one batch.
    expected
        .keySet()
        .forEach(email ->
            assertThat(
                    answers.entrySet().stream()
                        .filter(e -> e.getKey().email().equals(email))
                        .filter(e -> e.getValue() == Stored.CREATED)
                        .map(e -> e.getKey().upload() + "/" + e.getKey().batch())
                        .distinct())
                .hasSize(1));
  }

  private static Stored get(Future<Stored> future) {
    try {
      return future.get();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void the_largest_possible_lead_fits_into_an_item() {
    String name = "日".repeat(600);
    LeadFields huge =
        new LeadFields(name, name, name, name, "a@a.example", name, "日".repeat(60_000));
    assertThat(store.put(origin(first, 1), 1, huge)).isEqualTo(Stored.CREATED);
    assertThat(only().remarks()).hasSize(LeadFields.MAX_REMARKS_CHARS);
  }
}
