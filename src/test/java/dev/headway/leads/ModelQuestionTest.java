package dev.headway.leads;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ModelQuestionTest {
  private final JsonMapper mapper = new JsonMapper();

  private static List<SourceRow> rows(int count, int chars) {
    List<SourceRow> rows = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      rows.add(Rows.row(i, "Note", "x".repeat(chars)));
    }
    return rows;
  }

  @Test
  void rows_travel_as_one_document_numbered_by_their_place() {
    ModelQuestion question =
        new ModelQuestion(List.of(Rows.row(41, "Name", "Ann \"}]}"), Rows.row(42, "Name", "Bob")));
    assertThat(question.document(mapper))
        .isEqualTo(
            "{\"rows\":[{\"row\":1,\"fields\":{\"Name\":\"Ann \\\"}]}\"}},{\"row\":2,\"fields\":{\"Name\":\"Bob\"}}]}");
  }

  @Test
  void a_question_is_about_ten_rows_at_most() {
    assertThat(ModelQuestion.about(rows(25, 5)))
        .extracting(q -> q.rows().size())
        .containsExactly(10, 10, 5);
  }

  @Test
  void wide_rows_are_asked_about_in_smaller_handfuls() {
    Map<String, String> wide = new LinkedHashMap<>();
    for (int c = 0; c < 300; c++) {
      wide.put("Column " + c, "x".repeat(60));
    }
    List<SourceRow> rows =
        List.of(new SourceRow(1, wide), new SourceRow(2, wide), new SourceRow(3, wide));
    assertThat(ModelQuestion.about(rows)).hasSize(3);
    assertThat(ModelQuestion.about(rows).getFirst().document(mapper).length()).isLessThan(40_000);
  }

  @Test
  void a_long_cell_is_shortened_for_the_model() throws JsonProcessingException {
    ModelQuestion question = ModelQuestion.about(rows(1, 32_000)).getFirst();
    JsonNode cell = mapper.readTree(question.document(mapper)).at("/rows/0/fields/Note");
    assertThat(cell.asText()).hasSize(1000).endsWith("…");
  }
}
