package dev.headway.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.HashSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class UploadIdTest {
  @ParameterizedTest
  @ValueSource(strings = {"a", "-", "_", "0", "azAZ09_-", "550e8400-e29b-41d4-a716-446655440000"})
  void letters_digits_underscore_and_hyphen_make_an_id(String text) {
    assertThat(UploadId.parse(text)).contains(new UploadId(text));
    assertThat(new UploadId(text)).hasToString(text);
  }

  static String[] noIds() {
    return new String[] {
      "",
      " ",
      "a b",
      "a/b",
      "../a",
      "a.b",
      "a%2Fb",
      "a\n",
      "\u0000",
      "é",
      "Ａ",
      "٣",
      "a\r\nb:c",
      "a{",
      "a`",
      "a@",
      "a[",
      "a:",
      "a/",
      "a".repeat(256)
    };
  }

  @ParameterizedTest
  @MethodSource("noIds")
  void anything_else_makes_none(String text) {
    assertThat(UploadId.parse(text)).isEmpty();
    assertThatThrownBy(() -> new UploadId(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void an_id_has_at_most_255_characters() {
    assertThat(UploadId.parse("a".repeat(255))).isPresent();
    assertThat(UploadId.parse("a".repeat(256))).isEmpty();
  }

  @Test
  void the_refusal_does_not_repeat_hostile_text() {
    assertThatThrownBy(() -> new UploadId("<script>")).hasMessageNotContaining("script");
  }

  @Test
  void random_ids_are_valid_and_differ() {
    var ids = new HashSet<UploadId>();
    for (int i = 0; i < 1000; i++) {
      ids.add(UploadId.random());
    }
    assertThat(ids).hasSize(1000);
  }

  @Test
  void in_JSON_it_is_its_text() throws JsonProcessingException {
    var json = new ObjectMapper();

    assertThat(json.writeValueAsString(new UploadId("u-1"))).isEqualTo("\"u-1\"");
    assertThat(json.readValue("\"u-1\"", UploadId.class)).isEqualTo(new UploadId("u-1"));
    assertThatThrownBy(() -> json.readValue("\"u 1\"", UploadId.class))
        .isInstanceOf(JsonProcessingException.class);
  }
}
