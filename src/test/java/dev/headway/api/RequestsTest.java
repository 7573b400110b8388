package dev.headway.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestsTest {
  @Test
  void a_query_without_parameters_is_the_newest_page() {
    assertThat(LeadQueryParameters.parse(Map.of()))
        .isEqualTo(
            new LeadQuery(
                25, Optional.empty(), Optional.empty(), Optional.empty(), LeadQuery.Sort.NEWEST));
  }

  @Test
  void every_parameter_is_read() {
    assertThat(
            LeadQueryParameters.parse(
                Map.of(
                    "limit", List.of("100"),
                    "cursor", List.of("abc"),
                    "q", List.of(" ada "),
                    "company", List.of("ACME"),
                    "sort", List.of("updatedAt"),
                    "unknown", List.of("left", "alone"))))
        .isEqualTo(
            new LeadQuery(
                100,
                Optional.of("abc"),
                Optional.of("ada"),
                Optional.of("ACME"),
                LeadQuery.Sort.OLDEST));
  }

  @Test
  void an_empty_search_finds_everything() {
    LeadQuery query =
        LeadQueryParameters.parse(
            Map.of("q", List.of(" "), "company", List.of(""), "cursor", List.of("")));
    assertThat(query.text()).isEmpty();
    assertThat(query.company()).isEmpty();
    assertThat(query.cursor()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "limit|0",
        "limit|101",
        "limit|-1",
        "limit|ten",
        "limit|''",
        "limit|1.5",
        "limit|+5",
        "limit|99999999999",
        "limit|٥",
        "sort|name",
        "sort|''",
        "sort|-UPDATEDAT",
      })
  void a_parameter_out_of_range_is_named(String name, String value) {
    assertInvalid(() -> LeadQueryParameters.parse(Map.of(name, List.of(value))), name);
  }

  @Test
  void a_parameter_that_is_too_long_or_comes_twice_is_named() {
    assertInvalid(() -> LeadQueryParameters.parse(Map.of("q", List.of("x".repeat(201)))), "q");
    assertInvalid(
        () -> LeadQueryParameters.parse(Map.of("cursor", List.of("x".repeat(2049)))), "cursor");
    assertInvalid(() -> LeadQueryParameters.parse(Map.of("limit", List.of("1", "2"))), "limit");
  }

  @Test
  void an_upload_is_read() {
    assertThat(parse("{\"fileName\":\"leads.csv\",\"fileSize\":12,\"contentType\":\"text/csv\"}"))
        .isEqualTo(new NewUpload("leads.csv", 12, Optional.of("text/csv")));
    assertThat(parse("{\"fileSize\":0,\"fileName\":\"l.csv\",\"new\":{\"a\":[1]}}"))
        .isEqualTo(new NewUpload("l.csv", 0, Optional.empty()));
    assertThat(parse("{\"fileName\":\"l.csv\",\"fileSize\":1,\"contentType\":\"\"}").contentType())
        .isEmpty();
    assertThat(parse("{\"fileName\":\"l.csv\",\"fileSize\":1,\"contentType\":null}").contentType())
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "null",
        "[]",
        "3",
        "\"leads.csv\"",
        "{",
        "{}",
        "{\"fileName\":\"l.csv\"}",
        "{\"fileSize\":1}",
        "{\"fileName\":null,\"fileSize\":1}",
        "{\"fileName\":3,\"fileSize\":1}",
        "{\"fileName\":\"\",\"fileSize\":1}",
        "{\"fileName\":\"  \",\"fileSize\":1}",
        "{\"fileName\":\"..\",\"fileSize\":1}",
        "{\"fileName\":\"a/\",\"fileSize\":1}",
        "{\"fileName\":\"l.csv\",\"fileSize\":\"1\"}",
        "{\"fileName\":\"l.csv\",\"fileSize\":-1}",
        "{\"fileName\":\"l.csv\",\"fileSize\":1.0}",
        "{\"fileName\":\"l.csv\",\"fileSize\":1e2}",
        "{\"fileName\":\"l.csv\",\"fileSize\":true}",
        "{\"fileName\":\"l.csv\",\"fileSize\":NaN}",
        "{\"fileName\":\"l.csv\",\"fileSize\":01}",
        "{\"fileName\":\"l.csv\",\"fileSize\":9223372036854775808}",
        "{\"fileName\":\"l.csv\",\"fileSize\":99999999999999999999999999999999999999999999999}",
        "{\"fileName\":\"l.csv\",\"fileSize\":1,\"contentType\":5}",
        "{\"fileName\":\"l.csv\",\"fileSize\":1,\"contentType\":\"a\\r\\nb: c\"}",
        "{\"fileName\":\"a.csv\",\"fileName\":\"b.csv\",\"fileSize\":1}",
        "{\"fileName\":\"l.csv\",\"fileSize\":1,\"x\":{\"a\":1,\"a\":2}}",
        "{\"fileName\":\"l.csv\",\"fileSize\":1} {}",
        "{\"fileName\":\"l.csv\",\"fileSize\":1}garbage",
        "{\"fileName\":\"l.csv\",\"fileSize\":1,}",
        "{'fileName':'l.csv','fileSize':1}",
        "{\"fileName\":\"l.csv\",\"fileSize\":1/*c*/}",
        "{\"fileName\":\"l.csv\",\"fileSize\":1,\"x\":[[[[[[[[[[1]]]]]]]]]]}",
        "\uFEFF{\"fileName\":\"l.csv\",\"fileSize\":1}",
      })
  void an_upload_that_is_not_strict_JSON_of_the_right_shape_is_refused(String body) {
    assertInvalid(() -> parse(body), "");
  }

  @Test
  void only_UTF_8_is_read() {
    String json = "{\"fileName\":\"l.csv\",\"fileSize\":1}";
    assertInvalid(() -> NewUploadJson.parse(json.getBytes(StandardCharsets.UTF_16)), "UTF-8");
    byte[] broken = "{\"fileName\":\"l?.csv\",\"fileSize\":1}".getBytes(StandardCharsets.US_ASCII);
    broken[14] = (byte) 0xff;
    assertInvalid(() -> NewUploadJson.parse(broken), "UTF-8");
  }

  @Test
  void a_refusal_repeats_nothing_of_the_body() {
    assertThatThrownBy(() -> parse("{\"fileName\":secret-token}"))
        .hasMessageNotContaining("secret");
  }

  @Test
  void a_body_that_is_too_large_is_refused_unread() {
    assertThatThrownBy(() -> parse(" ".repeat(16 * 1024 + 1)))
        .isInstanceOfSatisfying(
            ProblemException.class,
            problem -> assertThat(problem.code()).isEqualTo(ProblemCode.REQUEST_TOO_LARGE));
    assertThat(parse("{\"fileName\":\"l.csv\",\"fileSize\":1}" + " ".repeat(16_000)).fileSize())
        .isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "C:\\\\fakepath\\\\leads.csv|leads.csv",
        "../../etc/passwd.csv|passwd.csv",
        "a\\u0000b\\r\\nc.csv|a_b__c.csv",
        "\\u202Evsc.exe|_vsc.exe",
        "\\ud800x.csv|_x.csv",
        "Jörg 🎉.xlsx|Jörg 🎉.xlsx",
        "  spaced.csv  |spaced.csv",
      },
      ignoreLeadingAndTrailingWhitespace = false)
  void a_file_name_is_cleaned(String json, String name) {
    assertThat(parse("{\"fileName\":\"" + json + "\",\"fileSize\":1}").fileName()).isEqualTo(name);
  }

  @Test
  void a_file_name_has_at_most_255_characters() {
    String longest = "🎉".repeat(251) + ".csv";
    assertThat(parse("{\"fileName\":\"" + longest + "\",\"fileSize\":1}").fileName())
        .isEqualTo(longest);
    assertInvalid(() -> parse("{\"fileName\":\"x" + longest + "\",\"fileSize\":1}"), "fileName");
  }

  private static NewUpload parse(String body) {
    return NewUploadJson.parse(body.getBytes(StandardCharsets.UTF_8));
  }

  private static void assertInvalid(ThrowingCallable call, String mentioned) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            ProblemException.class,
            problem -> {
              assertThat(problem.code()).isEqualTo(ProblemCode.INVALID_REQUEST);
              assertThat(problem.detail()).contains(mentioned);
            });
  }
}
