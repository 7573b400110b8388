package dev.headway.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.headway.status.Status;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class DocumentsTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void a_record_is_one_line_in_the_order_of_the_contract() {
    assertThat(text(new StatusJson().encode(Samples.processing(17))))
        .isEqualTo(
            """
            {"uploadId":"550e8400-e29b-41d4-a716-446655440000","version":17,"status":"processing",\
            "stage":"batch_processing","progress":{"totalBatches":10,"completedBatches":3,\
            "failedBatches":0,"totalLeads":100,"processedLeads":30,"createdLeads":28,\
            "updatedLeads":2,"percentage":30.0},"metadata":{"fileName":"leads.xlsx",\
            "fileSize":1024000,"startTime":"2025-01-09T10:00:00Z"},"stalled":false,\
            "createdAt":"2025-01-09T10:00:00Z","updatedAt":"2025-01-09T10:02:30Z",\
            "expiresAt":"2025-01-10T10:02:30Z"}\
            """);
  }

  @Test
  void an_error_shows_its_code_message_and_time_and_no_owner_anywhere() throws IOException {
    byte[] json =
        new StatusJson().encode(Samples.record(Samples.ID, Samples.ALICE, 4, Status.ERROR));
    assertThat(JSON.readTree(json).get("error"))
        .isEqualTo(
            JSON.readTree(
                """
                {"code":"EMPTY_FILE","message":"The file is empty.",\
                "timestamp":"2025-01-09T10:02:30Z"}\
                """));
    assertThat(text(json)).doesNotContain("alice", "owner", "deadline");
  }

  @ParameterizedTest
  @EnumSource
  void every_problem_has_the_members_of_the_contract(ProblemCode code) throws IOException {
    ProblemException exception = new ProblemException(code, "Something to say.");
    Problem problem = Problem.of(exception, "/status/x", Samples.NOW.plusNanos(1));
    JsonNode json = JSON.readTree(Views.problem(problem));
    assertThat(json.fieldNames())
        .toIterable()
        .containsExactly("type", "title", "status", "detail", "instance", "code", "timestamp");
    assertThat(URI.create(json.get("type").textValue()).getPath())
        .matches("/problems/[a-z]+(-[a-z]+)*");
    assertThat(json.get("title").textValue()).isNotBlank();
    assertThat(json.get("status").intValue()).isEqualTo(code.httpStatus());
    assertThat(json.get("detail").textValue()).isEqualTo("Something to say.");
    assertThat(json.get("instance").textValue()).isEqualTo("/status/x");
    assertThat(json.get("code").textValue()).isEqualTo(code.name());
    assertThat(json.get("timestamp").textValue()).isEqualTo("2025-01-09T10:02:30Z");
    boolean temporary = code.httpStatus() == 429 || code.httpStatus() == 503;
    assertThat(exception.retryAfter().isPresent()).isEqualTo(temporary);
  }

  @Test
  void a_problem_may_know_better_when_to_come_back() {
    assertThat(
            new ProblemException(ProblemCode.RATE_LIMITED, "Slower.", Duration.ofSeconds(9))
                .retryAfter())
        .contains(Duration.ofSeconds(9));
    assertThatThrownBy(
            () -> new ProblemException(ProblemCode.RATE_LIMITED, "", Duration.ofSeconds(-1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_problem_of_ours_names_its_request() throws IOException {
    Problem problem =
        Problem.of(ProblemCode.INTERNAL_ERROR, "Sorry.", "/", Samples.NOW, Optional.of("abc-1"));
    assertThat(JSON.readTree(Views.problem(problem)).get("requestId").textValue())
        .isEqualTo("abc-1");
  }

  @ParameterizedTest(name = "{0} is shown as {1}")
  @CsvSource({
    "/status/a%2Fb, /status/a%2Fb",
    "/status/50%, /status/50%25",
    "/status/%zz, /status/%25zz",
    "//evil.example/x, /evil.example/x",
    "/a b, /a%20b",
    "/<script>, /%3Cscript%3E",
    "/ü, /%C3%BC",
    "'', /",
    "status, /status",
  })
  void an_instance_is_a_valid_reference(String path, String shown) {
    assertThat(SafePath.of(path)).isEqualTo(shown);
  }

  @Test
  void an_accepted_upload_says_where_the_file_goes() throws IOException {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("x-amz-b", "2");
    headers.put("content-type", "text/csv");
    byte[] json =
        Views.accepted(
            new AcceptedUpload(
                Samples.processing(1),
                new AcceptedUpload.Target(
                    "PUT", URI.create("http://127.0.0.1:9000/b/k?X-Sig=a%2Fb"), headers)));
    JsonNode document = JSON.readTree(json);
    assertThat(document.fieldNames()).toIterable().containsExactly("uploadId", "upload", "status");
    assertThat(document.get("uploadId").textValue()).isEqualTo(Samples.ID.value());
    assertThat(document.get("upload").toString())
        .isEqualTo(
            """
            {"method":"PUT","url":"http://127.0.0.1:9000/b/k?X-Sig=a%2Fb",\
            "headers":{"content-type":"text/csv","x-amz-b":"2"}}\
            """);
    assertThat(document.get("status").get("version").longValue()).isEqualTo(1);
  }

  @Test
  void a_page_of_leads_has_a_cursor_unless_it_is_the_last() throws IOException {
    List<Lead> leads = List.of(Samples.lead(1));
    JsonNode first = JSON.readTree(Views.leads(new LeadPage(leads, Optional.of("next"))));
    JsonNode last = JSON.readTree(Views.leads(new LeadPage(leads, Optional.empty())));
    assertThat(first.get("nextCursor").textValue()).isEqualTo("next");
    assertThat(last.has("nextCursor")).isFalse();
    assertThat(last.get("leads").get(0).fieldNames())
        .toIterable()
        .containsExactly(
            "leadId",
            "firstName",
            "lastName",
            "title",
            "company",
            "email",
            "phone",
            "remarks",
            "sourceFile",
            "uploadId",
            "createdAt",
            "updatedAt");
    assertThat(last.get("leads").get(0).get("uploadId").textValue()).isEqualTo(Samples.ID.value());
  }

  @Test
  void leads_are_exported_with_quotes_where_needed_and_no_formulas() {
    assertThat(LeadCsv.header())
        .isEqualTo(
            "leadId,firstName,lastName,title,company,email,phone,remarks,sourceFile,uploadId,"
                + "createdAt,updatedAt\r\n");
    assertThat(LeadCsv.rows(List.of(Samples.lead(7))))
        .isEqualTo(
            "lead-7,Ada,Lovelace,Countess,\"Analytical, Inc.\",ada7@example.com,"
                + "'+44 20 7946 0000,,leads.xlsx,550e8400-e29b-41d4-a716-446655440000,"
                + "2025-01-09T10:00:00Z,2025-01-09T10:02:30Z\r\n");
    assertThat(LeadCsv.rows(List.of())).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      value = {
        "=1+1 | '=1+1",
        "=HYPERLINK(\"http://x\") | \"'=HYPERLINK(\"\"http://x\"\")\"",
        "+1 | '+1",
        "-1 | '-1",
        "@SUM(A1) | '@SUM(A1)",
        "a=b | a=b",
        "'=1 | '=1",
      },
      delimiter = '|',
      quoteCharacter = '`')
  void a_cell_that_a_spreadsheet_would_run_is_disarmed(String text, String cell) {
    assertThat(remarks(text)).isEqualTo(cell);
  }

  @Test
  void tabs_and_line_ends_at_the_start_of_a_cell_are_disarmed_too() {
    assertThat(remarks("\t=1")).isEqualTo("'\t=1");
    assertThat(remarks("\r=1")).isEqualTo("\"'\r=1\"");
    assertThat(remarks("two\r\nlines")).isEqualTo("\"two\r\nlines\"");
  }

  private static String remarks(String text) {
    Lead l = Samples.lead(1);
    Lead lead = new Lead("", "", "", "", "", "", "", text, "", l.uploadId(), "", "");
    String row = LeadCsv.rows(List.of(lead));
    return row.substring(7, row.length() - (",," + l.uploadId() + ",,\r\n").length());
  }

  private static String text(byte[] json) {
    return new String(json, StandardCharsets.UTF_8);
  }
}
