package dev.headway.leads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.headway.api.Lead;
import dev.headway.api.LeadPage;
import dev.headway.api.LeadQuery;
import dev.headway.api.ProblemCode;
import dev.headway.api.ProblemException;
import dev.headway.status.OwnerId;
import dev.headway.status.UploadId;
import dev.headway.store.DynamoDbLocal;
import dev.headway.store.SharedDynamoDbLocal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(SharedDynamoDbLocal.class)
class LeadBookTest {
  private static final String TABLE = "Leads-book-test";

  private final OwnerId owner = new OwnerId(UUID.randomUUID().toString());
  private final LeadStore store;
  private final LeadBook book;
  private final DynamoDbLocal dynamo;
  private Instant now = Instant.parse("2025-01-09T10:00:00Z");

  LeadBookTest(DynamoDbLocal dynamo) {
    this.dynamo = dynamo;
    LeadTable.createIfAbsent(dynamo.client(), TABLE);
    store = new LeadStore(dynamo.client(), TABLE, () -> now);
    book = new LeadBook(dynamo.client(), TABLE);
  }

  /** One lead a second, whole seconds included: their texts must sort like the moments. */
  private void store(OwnerId owner, int count) {
    UploadId upload = UploadId.random();
    for (int i = 1; i <= count; i++) {
      now = now.plusMillis(i % 2 == 0 ? 500 : 1);
      store.put(
          new LeadStore.Origin(owner, upload, now, "a.csv", 1),
          i,
          new LeadFields(
              "Ann" + i,
              "Lee",
              "",
              i % 10 == 0 ? "ÄCME GmbH" : "Other",
              "ann%d@a.example".formatted(i),
              "",
              i % 7 == 0 ? "Interested in Solar" : ""));
    }
  }

  private static LeadQuery query(int limit) {
    return new LeadQuery(
        limit, Optional.empty(), Optional.empty(), Optional.empty(), LeadQuery.Sort.NEWEST);
  }

  private static LeadQuery after(LeadQuery query, String cursor) {
    return new LeadQuery(
        query.limit(), Optional.of(cursor), query.text(), query.company(), query.sort());
  }

  private List<List<Lead>> pages(LeadQuery query) {
    List<List<Lead>> pages = new ArrayList<>();
    LeadPage page = book.find(owner, query);
    pages.add(page.leads());
    while (page.nextCursor().isPresent()) {
      page = book.find(owner, after(query, page.nextCursor().get()));
      pages.add(page.leads());
    }
    return pages;
  }

  @Test
  void pages_list_every_lead_once_newest_first() {
    store(owner, 23);
    List<List<Lead>> pages = pages(query(10));
    assertThat(pages).extracting(List::size).containsExactly(10, 10, 3);
    assertThat(pages.stream().flatMap(List::stream))
        .hasSize(23)
        .doesNotHaveDuplicates()
        .isSortedAccordingTo(Comparator.comparing(Lead::updatedAt).reversed());
  }

  @Test
  void oldest_first_is_the_other_way_round() {
    store(owner, 5);
    LeadQuery oldest =
        new LeadQuery(
            2, Optional.empty(), Optional.empty(), Optional.empty(), LeadQuery.Sort.OLDEST);
    assertThat(pages(oldest).stream().flatMap(List::stream))
        .extracting(Lead::firstName)
        .containsExactly("Ann1", "Ann2", "Ann3", "Ann4", "Ann5");
  }

  @ParameterizedTest
  @ValueSource(ints = {19, 20, 21})
  void the_last_page_has_no_cursor(int limit) {
    store(owner, 20);
    List<List<Lead>> pages = pages(query(limit));
    assertThat(pages).hasSize(limit < 20 ? 2 : 1);
    assertThat(pages.stream().flatMap(List::stream)).hasSize(20);
  }

  @Test
  void nobody_has_no_leads() {
    assertThat(book.find(owner, query(10))).isEqualTo(new LeadPage(List.of(), Optional.empty()));
  }

  @ParameterizedTest
  @CsvSource({
    "solar,, 5",
    "SOLAR,, 5",
    "ann1@,, 1",
    ", äcme, 4",
    ", ÄCME gmbh, 4",
    "solar, other, 5",
    "ann30, äcme, 1",
    "nothing,, 0"
  })
  void filters_ignore_case_and_fill_pages_across_what_does_not_match(
      String text, String company, int matches) {
    store(owner, 40);
    LeadQuery query =
        new LeadQuery(
            2,
            Optional.empty(),
            Optional.ofNullable(text),
            Optional.ofNullable(company),
            LeadQuery.Sort.NEWEST);
    List<List<Lead>> pages = pages(query);
    assertThat(pages.stream().flatMap(List::stream)).hasSize(matches).doesNotHaveDuplicates();
    assertThat(pages.subList(0, pages.size() - 1)).allMatch(page -> page.size() == 2);
  }

  @Test
  void a_cursor_serves_its_owner_and_order_only() {
    store(owner, 5);
    OwnerId other = new OwnerId(UUID.randomUUID().toString());
    store(other, 5);
    String cursor = book.find(owner, query(2)).nextCursor().orElseThrow();
    assertThat(new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.US_ASCII))
        .as("no address travels in a URL")
        .doesNotContain("example");

    assertInvalid(other, after(query(2), cursor));
    assertInvalid(
        owner,
        new LeadQuery(
            2, Optional.of(cursor), Optional.empty(), Optional.empty(), LeadQuery.Sort.OLDEST));
    assertInvalid(owner, after(query(2), cursor.substring(1)));
    assertThat(book.find(owner, after(query(9), cursor)).leads()).hasSize(3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "%%%", "AAAA", "eyJhIjoxfQ", "null"})
  void what_is_no_cursor_is_refused(String cursor) {
    assertInvalid(owner, after(query(2), cursor));
  }

  @Test
  void an_endless_cursor_is_refused() {
    assertInvalid(owner, after(query(2), "A".repeat(100_000)));
  }

  private void assertInvalid(OwnerId asker, LeadQuery query) {
    assertThat(catchThrowableOfType(ProblemException.class, () -> book.find(asker, query)).code())
        .isEqualTo(ProblemCode.INVALID_REQUEST);
  }

  @Test
  void a_table_that_cannot_be_read_is_a_problem_of_its_own() {
    LeadBook nowhere = new LeadBook(dynamo.client(), "NoSuchTable");
    assertThatThrownBy(() -> nowhere.find(owner, query(1)))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.code()).isEqualTo(ProblemCode.DATABASE_UNAVAILABLE));
  }
}
