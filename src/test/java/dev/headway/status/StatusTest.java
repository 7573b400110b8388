package dev.headway.status;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class StatusTest {
  /** A row is where an upload stands, a column where it may go. */
  @ParameterizedTest
  @CsvSource(
      useHeadersInDisplayName = true,
      textBlock =
          """
          from,       uploading, uploaded, processing, completed, error, cancelled
          UPLOADING,  false,     true,     true,       true,      true,  true
          UPLOADED,   false,     false,    true,       true,      true,  true
          PROCESSING, false,     false,    false,      true,      true,  true
          COMPLETED,  false,     false,    false,      false,     false, false
          ERROR,      false,     false,    false,      false,     false, false
          CANCELLED,  false,     false,    false,      false,     false, false
          """)
  void an_upload_moves_forward_and_never_from_its_end(
      Status from,
      boolean uploading,
      boolean uploaded,
      boolean processing,
      boolean completed,
      boolean error,
      boolean cancelled) {
    assertThat(from.canBecome(Status.UPLOADING)).isEqualTo(uploading);
    assertThat(from.canBecome(Status.UPLOADED)).isEqualTo(uploaded);
    assertThat(from.canBecome(Status.PROCESSING)).isEqualTo(processing);
    assertThat(from.canBecome(Status.COMPLETED)).isEqualTo(completed);
    assertThat(from.canBecome(Status.ERROR)).isEqualTo(error);
    assertThat(from.canBecome(Status.CANCELLED)).isEqualTo(cancelled);
  }

  @Test
  void the_active_statuses_are_those_that_are_not_terminal_in_their_order() {
    assertThat(Status.active())
        .containsExactly(Status.UPLOADING, Status.UPLOADED, Status.PROCESSING)
        .noneMatch(Status::isTerminal);
    assertThat(Status.values()).filteredOn(Status::isTerminal).hasSize(3);
  }

  @ParameterizedTest
  @EnumSource
  void a_status_is_its_word_everywhere(Status status) throws JsonProcessingException {
    assertThat(status.wire()).isEqualTo(status.name().toLowerCase(Locale.ROOT));
    assertThat(Status.parse(status.wire())).contains(status);
    assertThat(new ObjectMapper().writeValueAsString(status))
        .isEqualTo("\"" + status.wire() + "\"");
  }

  @ParameterizedTest
  @EnumSource
  void a_stage_is_its_word_everywhere(Stage stage) throws JsonProcessingException {
    assertThat(stage.wire()).isEqualTo(stage.name().toLowerCase(Locale.ROOT));
    assertThat(Stage.parse(stage.wire())).contains(stage);
    assertThat(new ObjectMapper().writeValueAsString(stage)).isEqualTo("\"" + stage.wire() + "\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "COMPLETED", "done", " completed", "file_uploads"})
  void other_words_are_neither(String word) {
    assertThat(Status.parse(word)).isEmpty();
    assertThat(Stage.parse(word)).isEmpty();
  }

  @Test
  void stages_are_ordered_as_the_work_is() {
    assertThat(Stage.values())
        .containsExactly(
            Stage.FILE_UPLOAD, Stage.FILE_PROCESSING, Stage.BATCH_PROCESSING, Stage.COMPLETED);
  }
}
