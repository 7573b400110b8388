package dev.headway.status;

import static dev.headway.status.Records.START;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StatusDocumentTest {
  private final ObjectMapper json = new ObjectMapper();

  @Test
  void a_record_at_work_looks_like_the_example_of_the_contract() throws Exception {
    var progress = new Progress(10, 3, 0, 100, 30, 28, 2);
    var record = Records.with(Status.PROCESSING, progress, false, Records.doneAfter(30, 60, 90));

    assertThat(write(record))
        .isEqualTo(
            """
            {"uploadId":"550e8400-e29b-41d4-a716-446655440000","version":17,\
            "status":"processing","stage":"batch_processing",\
            "progress":{"totalBatches":10,"completedBatches":3,"failedBatches":0,\
            "totalLeads":100,"processedLeads":30,"createdLeads":28,"updatedLeads":2,\
            "percentage":30.0},\
            "metadata":{"fileName":"leads.xlsx","fileSize":1024000,\
            "startTime":"2025-01-09T10:00:00Z","estimatedCompletion":"2025-01-09T10:05:00Z"},\
            "stalled":false,\
            "createdAt":"2025-01-09T10:00:00Z","updatedAt":"2025-01-09T10:02:30Z",\
            "expiresAt":"2025-01-10T10:02:30Z"}\
            """);
  }

  @Test
  void an_error_is_told_with_code_message_and_time() throws Exception {
    var record = Records.with(Status.ERROR, Progress.NONE, false, Pace.UNKNOWN);

    assertThat(write(record))
        .contains(
            """
            "stalled":false,"error":{"code":"PARTIAL_FAILURE",\
            "message":"Some leads could not be processed.",\
            "timestamp":"2025-01-09T10:00:09Z"},"createdAt\"\
            """);
  }

  @Test
  void what_is_not_known_is_absent_rather_than_null() throws Exception {
    assertThat(write(Records.UPLOADING))
        .doesNotContain("null")
        .doesNotContain("error")
        .doesNotContain("estimatedCompletion")
        .contains("\"percentage\":0.0");
  }

  @Test
  void the_owner_and_the_deadline_stay_inside() throws Exception {
    assertThat(write(Records.UPLOADING)).doesNotContain("grace", "owner", "deadline", "10:30:00");
  }

  @Test
  void a_stalled_record_says_so() throws Exception {
    var record = Records.with(Status.PROCESSING, Progress.NONE, true, Pace.UNKNOWN);

    assertThat(write(record)).contains("\"stalled\":true");
  }

  @Test
  void the_same_record_is_the_same_bytes() throws Exception {
    var once = Records.processing(9, 4, 1, Records.doneAfter(7, 3, 11));
    var again = Records.processing(9, 4, 1, Records.doneAfter(11, 7, 3));

    assertThat(write(once)).isEqualTo(write(again));
  }

  @Test
  void a_promise_is_the_time_from_the_last_write_to_the_deadline() {
    assertThat(Records.UPLOADING.promise()).contains(Duration.ofMinutes(30));
    assertThat(Records.with(Status.CANCELLED, Progress.NONE, false, Pace.UNKNOWN).promise())
        .isEqualTo(Optional.empty());
  }

  @Test
  void a_record_expires_at_its_very_instant() {
    var end = START.plus(Duration.ofHours(24));

    assertThat(Records.UPLOADING.isExpired(end.minusMillis(1))).isFalse();
    assertThat(Records.UPLOADING.isExpired(end)).isTrue();
  }

  private String write(ProcessingStatus record) throws JsonProcessingException {
    return json.writeValueAsString(StatusDocument.of(record));
  }

  @ParameterizedTest
  @EnumSource
  void of_a_failure_that_is_not_on_the_list_the_code_alone_is_told(ErrorCode code)
      throws Exception {
    for (String hostile :
        List.of(
            "java.io.IOException: s3://leads-123456789012/a.csv",
            "x\n\nevent: status\ndata: {}",
            "<img src=x onerror=alert(1)>",
            "1 of 2 leads were processed; ask arn:aws:iam::123456789012:user/x",
            "")) {
      String json = write(failed(code, hostile));
      assertThat(json).contains("\"code\":\"" + code + '"');
      String message = new ObjectMapper().readTree(json).at("/error/message").asText();
      assertThat(Arrays.stream(Failure.values()).filter(f -> f.code() == code))
          .extracting(Failure::message)
          .contains(message);
    }
  }

  @ParameterizedTest
  @EnumSource
  void every_failure_on_the_list_is_told_in_its_own_words(Failure failure) throws Exception {
    assertThat(write(failed(failure.code(), failure.message()))).contains(failure.message());
  }

  @Test
  void how_many_leads_were_processed_is_told_with_its_numbers() throws Exception {
    var some = Failure.ofFailedBatches(new Progress(10, 8, 2, 100, 80, 70, 10));
    assertThat(write(failed(some.code(), some.message()))).contains("80 of 100 leads");
  }

  private static ProcessingStatus failed(ErrorCode code, String message) {
    var r = Records.with(Status.ERROR, Progress.NONE, false, Pace.UNKNOWN);
    return new ProcessingStatus(
        r.uploadId(),
        r.ownerId(),
        r.version(),
        r.status(),
        r.stage(),
        r.progress(),
        r.file(),
        r.stalled(),
        Optional.of(new StatusError(code, message, START)),
        r.createdAt(),
        r.updatedAt(),
        r.expiresAt(),
        r.deadline(),
        r.pace());
  }
}
