package dev.headway.cli;

import static dev.headway.cli.FakeService.event;
import static dev.headway.cli.FakeService.json;
import static dev.headway.cli.FakeService.problem;
import static dev.headway.cli.FakeService.stream;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UploadCommandTest {
  @TempDir private Path folder;
  private FakeService service;
  private Path file;
  private final Scene scene = new Scene();

  @BeforeEach
  void start() throws IOException {
    service = new FakeService();
    file = Files.writeString(folder.resolve("leads.csv"), "name\nAda\n");
  }

  @AfterEach
  void stop() {
    service.close();
  }

  private int upload() throws InterruptedException {
    return scene.upload(file.toString(), "--url", service.url());
  }

  @Test
  void a_completed_upload_exits_with_0_and_says_what_came_of_it() throws Exception {
    service
        .acceptingUploads()
        .status(
            stream(
                "retry: 500\n\n",
                event(2, "processing", 3),
                event(3, "processing", 7),
                event(4, "completed", 10)));

    assertThat(upload()).isZero();

    assertThat(scene.out().lines())
        .containsExactly(
            "leads.csv is upload " + FakeService.ID,
            "0.0 %  waiting for the file",
            "30.0 %  processing leads  3/10 batches  30/100 leads",
            "70.0 %  processing leads  7/10 batches  70/100 leads",
            "100.0 %  completed  10/10 batches  100/100 leads",
            "Completed: 100 leads, 99 new and 1 known before.");
    assertThat(scene.err()).isEmpty();
  }

  @Test
  void the_file_goes_to_the_given_address_with_exactly_the_given_headers() throws Exception {
    service.acceptingUploads().status(stream(event(2, "completed", 10)));

    assertThat(upload()).isZero();

    var post = service.asked().get(0);
    assertThat(post.method() + post.path()).isEqualTo("POST/uploads");
    assertThat(post.header("Authorization")).isEqualTo("Bearer token-for-developer");
    assertThat(new ObjectMapper().readTree(post.body()))
        .isEqualTo(
            new ObjectMapper()
                .readTree(
                    """
                    {"fileName": "leads.csv", "fileSize": 9, "contentType": "text/csv"}\
                    """));
    var put = service.asked().get(1);
    assertThat(put.method() + put.path()).isEqualTo("PUT/storage");
    assertThat(put.body()).isEqualTo("name\nAda\n");
    assertThat(put.header("Content-type")).isEqualTo("text/csv");
    assertThat(put.header("X-amz-meta-signed")).isEqualTo("yes");
    assertThat(put.header("Content-length")).isEqualTo("9");
    assertThat(put.headers()).doesNotContainKeys("Authorization", "Transfer-encoding", "Expect");
  }

  @Test
  void an_empty_file_is_sent_as_one() throws Exception {
    Files.writeString(file, "");
    service.acceptingUploads().status(stream(event(2, "completed", 10)));

    assertThat(upload()).isZero();

    assertThat(service.asked().get(1).header("Content-length")).isEqualTo("0");
  }

  @Test
  void before_somebodys_eyes_the_sending_is_progress_too() throws Exception {
    Files.write(file, new byte[1_000_000]);
    var eyes = new Scene(true, Map.of());
    service.acceptingUploads().status(stream(event(2, "completed", 10)));

    assertThat(eyes.upload(file.toString(), "--url", service.url())).isZero();

    assertThat(eyes.out())
        .contains("\r[████████████████████████] 100.0 %  sending the file\u001b[K")
        .contains("100.0 %  completed");
  }

  @Test
  void a_large_file_is_streamed_with_its_length() throws Exception {
    Files.write(file, new byte[5_000_000]);
    service.acceptingUploads().status(stream(event(2, "completed", 10)));

    assertThat(upload()).isZero();

    var put = service.asked().get(1);
    assertThat(put.body()).hasSize(5_000_000);
    assertThat(put.header("Content-length")).isEqualTo("5000000");
  }

  @Test
  void an_upload_that_ends_as_error_exits_with_1_and_the_reason() throws Exception {
    String error =
        """
        ,"error":{"code":"PARTIAL_FAILURE","message":"30 of 100 leads were processed.",\
        "timestamp":"2026-01-09T10:00:00Z"}\
        """;
    service
        .acceptingUploads()
        .status(
            stream("event: status\ndata: " + FakeService.record(5, "error", 3, error) + "\n\n"));

    assertThat(upload()).isEqualTo(1);

    assertThat(scene.out()).endsWith("Failed: 30 of 100 leads were processed. (PARTIAL_FAILURE)\n");
  }

  @Test
  void a_cancelled_upload_exits_with_1() throws Exception {
    service.acceptingUploads().status(stream(event(5, "cancelled", 3)));

    assertThat(upload()).isEqualTo(1);

    assertThat(scene.out()).endsWith("Cancelled after 30 leads.\n");
  }

  @ParameterizedTest
  @CsvSource({
    "401, UNAUTHORIZED, A token is needed.",
    "413, FILE_TOO_LARGE, The file has more than 10 MB.",
    "415, INVALID_FILE_TYPE, Only CSV and XLSX files are accepted."
  })
  void a_refusal_is_a_sentence_and_exits_with_3(int status, String code, String detail)
      throws Exception {
    service.at("/uploads", problem(status, code, detail, Map.of()));

    assertThat(upload()).isEqualTo(3);

    assertThat(scene.err())
        .isEqualTo("headway: The service refused: %s (%d %s).\n".formatted(detail, status, code));
    assertThat(scene.out()).isEmpty();
  }

  @Test
  void a_page_of_a_proxy_is_no_sentence_but_its_status_is() throws Exception {
    service.at("/uploads", json(502, "<html>\u001b[2J</html>", "text/html", Map.of()));

    assertThat(upload()).isEqualTo(3);

    assertThat(scene.err()).isEqualTo("headway: The service refused (502).\n");
  }

  @Test
  void something_else_that_listens_there_is_recognized() throws Exception {
    service.at("/uploads", json(201, "{\"uploadId\": \"" + FakeService.ID + "\"}"));

    assertThat(upload()).isEqualTo(3);

    assertThat(scene.err()).contains("what answers there is not a Headway service");
  }

  @Test
  void a_storage_that_refuses_the_file_exits_with_3() throws Exception {
    service.acceptingUploads();
    try (var other = new FakeService()) {
      other.at("/uploads", json(201, accepted(service.url() + "/nowhere")));

      assertThat(scene.upload(file.toString(), "--url", other.url())).isEqualTo(3);
    }

    assertThat(scene.err()).isEqualTo("headway: The file storage refused the file (404).\n");
  }

  @Test
  void an_address_that_is_not_http_is_never_sent_to() throws Exception {
    service.at("/uploads", json(201, accepted("file:///etc/passwd")));

    assertThat(upload()).isEqualTo(3);

    assertThat(scene.err()).contains("not a Headway service");
  }

  private static String accepted(String url) {
    return """
    {"uploadId": "%s", "upload": {"method": "PUT", "url": "%s", "headers": {}}, "status": %s}\
    """
        .formatted(FakeService.ID, url, FakeService.record(1, "uploading", 0));
  }

  @Test
  void nobody_listening_is_said_in_a_sentence_and_exits_with_3() throws Exception {
    int free;
    try (var socket = new ServerSocket(0)) {
      free = socket.getLocalPort();
    }
    String url = "http://127.0.0.1:" + free;

    assertThat(scene.upload(file.toString(), "--url", url)).isEqualTo(3);

    assertThat(scene.err())
        .isEqualTo(
            "headway: The service at %s cannot be reached: nothing listens there (start it with ./headway local).\n"
                .formatted(url));
  }

  @Test
  void control_characters_never_reach_the_terminal() throws Exception {
    String error =
        """
        ,"error":{"code":"PROCESSING_FAILED","message":"\\u001b[2Jx\\u0007\\u009b31m\\u202eevil\\r",\
        "timestamp":"2026-01-09T10:00:00Z"}\
        """;
    service
        .acceptingUploads()
        .status(
            stream("event: status\ndata: " + FakeService.record(5, "error", 3, error) + "\n\n"));

    assertThat(upload()).isEqualTo(1);

    assertThat(scene.out())
        .contains("\uFFFD[2Jx\uFFFD\uFFFD31m\uFFFDevil\uFFFD (PROCESSING_FAILED)");
    assertThat(scene.out().chars())
        .noneMatch(c -> (c < ' ' && c != '\n') || c == 0x9b || c == 0x202e);
  }

  @Test
  void the_token_of_the_environment_comes_first() throws Exception {
    var deployed = new Scene(false, Map.of("HEADWAY_TOKEN", "given.token\n"));
    service.acceptingUploads().status(stream(event(2, "completed", 10)));

    assertThat(deployed.upload(file.toString(), "--url=" + service.url(), "--as", "ada")).isZero();

    assertThat(service.asked().get(0).header("Authorization")).isEqualTo("Bearer given.token");
    assertThat(deployed.tokensFor).isEmpty();
  }

  @Test
  void somebody_else_can_be_the_uploader() throws Exception {
    service.acceptingUploads().status(stream(event(2, "completed", 10)));

    assertThat(scene.upload("--as", "ada", file.toString(), "--url", service.url())).isZero();

    assertThat(service.asked().get(0).header("Authorization")).isEqualTo("Bearer token-for-ada");
  }

  @Test
  void a_file_that_is_not_there_is_no_request() throws Exception {
    assertThat(scene.upload(folder.resolve("no.csv").toString())).isEqualTo(2);
    assertThat(scene.err()).startsWith("headway: There is no file ").contains("no.csv.\n");
  }

  @Test
  void a_directory_is_not_a_file() throws Exception {
    assertThat(scene.upload(folder.toString())).isEqualTo(2);
    assertThat(scene.err()).contains("is a directory, not a file.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | FILE is missing.",
        "a.csv b.csv | One FILE at a time, please.",
        "a.csv --url | The option --url needs a value.",
        "a.csv --speed 9 | There is no option --speed.",
        "-x | There is no option -x.",
        "FILE --as a --as b | The option --as is there twice.",
        "FILE --url ftp://x | --url is an address like http://127.0.0.1:8080.",
        "FILE --url localhost:8080 | --url is an address like http://127.0.0.1:8080.",
        "FILE --url http://u:p@h | --url is an address like http://127.0.0.1:8080.",
        "FILE --as= | --as is the name of a user."
      })
  void a_command_line_that_makes_no_sense_exits_with_2(String line, String complaint)
      throws Exception {
    String[] arguments =
        line.isEmpty() ? new String[0] : line.replace("FILE", file.toString()).split(" ", -1);

    assertThat(scene.upload(arguments)).isEqualTo(2);

    assertThat(scene.err().lines())
        .containsExactly(
            "headway: " + complaint, "usage: headway upload FILE [--url URL] [--as USER]");
  }

  @Test
  void help_needs_nothing_else() throws Exception {
    assertThat(scene.upload("a.csv", "b.csv", "--help")).isZero();
    assertThat(scene.out()).startsWith("usage: headway upload FILE").contains("exit status: 0");
  }

  @Test
  void a_token_source_that_refuses_is_a_sentence() throws Exception {
    var complaint = new Scene();
    assertThat(
            complaint.token(
                (_, _) -> {
                  throw new IOException("The key may be read by others.");
                },
                "--sub",
                "ada"))
        .isEqualTo(3);
    assertThat(complaint.err()).isEqualTo("headway: The key may be read by others.\n");
  }
}
