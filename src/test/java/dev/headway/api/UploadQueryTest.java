package dev.headway.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headway.status.OwnedUpload;
import dev.headway.status.UploadId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UploadQueryTest {
  private static final OwnedUpload LAST =
      new OwnedUpload(Samples.ID, Instant.parse("2025-01-09T10:00:00.120Z"));

  @Test
  void who_asks_for_nothing_in_particular_gets_the_first_page() {
    assertThat(UploadQuery.parse(Map.of()))
        .isEqualTo(new UploadQuery(25, Optional.empty(), List.of(), false));
  }

  @Test
  void a_cursor_names_where_the_page_before_ended() {
    String cursor = UploadCursor.encode(LAST);
    assertThat(cursor).matches("[A-Za-z0-9_-]+");
    assertThat(UploadQuery.parse(Map.of("cursor", List.of(cursor), "limit", List.of("100"))))
        .isEqualTo(new UploadQuery(100, Optional.of(LAST), List.of(), true));
  }

  @Test
  void the_longest_id_fits_into_a_cursor() {
    var longest =
        new OwnedUpload(new UploadId("x".repeat(255)), Instant.parse("9999-12-31T23:59:59.999Z"));
    String cursor = UploadCursor.encode(longest);
    assertThat(cursor.length()).isLessThanOrEqualTo(UploadCursor.MAX_LENGTH);
    assertThat(UploadCursor.decode(cursor)).isEqualTo(longest);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "2025-01-09T10:00:00Z",
        "2025-01-09T10:00:00Z/",
        "2025-01-09T10:00:00Z/a b",
        "2025-01-09T10:00:00Z/a/b",
        "yesterday/a",
        "1969-12-31T23:59:59Z/a",
        "+10000-01-01T00:00:00Z/a",
        "2025-01-09T10:00:00.123456789Z/a",
      })
  void a_cursor_that_nobody_handed_out_is_refused(String text) {
    String cursor = Base64.getUrlEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
    assertThatThrownBy(() -> UploadCursor.decode(cursor))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("cursor");
    assertThatThrownBy(() -> UploadCursor.decode("no base 64!"))
        .isInstanceOf(ProblemException.class);
  }

  @Test
  void a_stream_takes_picks_and_no_pages() {
    var picks = UploadQuery.parse(Map.of("uploadId", List.of("b", "a", "b")));
    assertThat(picks.requireUnpaged().picks())
        .containsExactly(new UploadId("b"), new UploadId("a"));
    assertThatThrownBy(() -> UploadQuery.parse(Map.of("limit", List.of("5"))).requireUnpaged())
        .isInstanceOf(ProblemException.class);
  }

  @Test
  void the_document_is_the_records_as_they_are() {
    byte[] record = new StatusJson().encode(Samples.processing(17));
    String text = new String(record, StandardCharsets.UTF_8);
    assertThat(new String(UploadsAnswer.body(List.of(), Optional.empty()), StandardCharsets.UTF_8))
        .isEqualTo("{\"uploads\":[]}");
    assertThat(
            new String(
                UploadsAnswer.body(List.of(record, record), Optional.of(LAST)),
                StandardCharsets.UTF_8))
        .isEqualTo(
            "{\"uploads\":[%s,%s],\"nextCursor\":\"%s\"}"
                .formatted(text, text, UploadCursor.encode(LAST)));
  }

  @Test
  void a_poller_of_the_list_comes_back_while_something_is_under_way() {
    assertThat(UploadsAnswer.headers(List.of(Samples.processing(17)), Duration.ofMillis(1900)))
        .containsEntry("Retry-After", "2")
        .containsEntry("Age", "1");
    assertThat(UploadsAnswer.headers(List.of(), Duration.ZERO)).doesNotContainKey("Retry-After");
  }
}
