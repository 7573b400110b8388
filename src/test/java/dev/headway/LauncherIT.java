package dev.headway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.local.FreePorts;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What somebody at a terminal does, with the launcher and real processes. */
@Timeout(value = 5, unit = TimeUnit.MINUTES) // several cold JVMs, perhaps on a busy machine
class LauncherIT {
  @TempDir private Path folder;

  private Launched headway(String... arguments) throws Exception {
    return Launched.headway(folder.resolve("key"), List.of(arguments));
  }

  private static Api api(HttpClient http, Launched.Page page) {
    return new Api(http, URI.create(page.baseUrl()), page.token());
  }

  @Test
  void files_go_in_from_the_terminal_and_every_lead_arrives() throws Exception {
    Path csv = SampleFiles.csv(folder, "thousand.csv", "terminal", 1_000);
    Path workbook = SampleFiles.xlsx(folder, "sheets.xlsx", "sheets", List.of(30, 5, 65));
    Path empty = Files.createFile(folder.resolve("empty.csv"));
    try (var local = headway("local", "--port", "" + FreePorts.first());
        var http = HttpClient.newHttpClient()) {
      var page = local.awaitReady();

      for (Path file : List.of(csv, workbook)) {
        try (var upload = headway("upload", file.toString(), "--url", page.baseUrl())) {
          String said = upload.awaitOutput();
          assertThat(upload.awaitExit()).as(said).isZero();
          assertThat(said).contains("Completed");
        }
      }
      assertThat(api(http, page).leads()).hasSize(1_100);

      try (var upload = headway("upload", empty.toString(), "--url", page.baseUrl())) {
        assertThat(upload.awaitOutput()).contains("The file is empty.").contains("EMPTY_FILE");
        assertThat(upload.awaitExit()).isEqualTo(1);
      }
    }
  }

  @Test
  void a_token_needs_no_service_and_is_the_last_word() throws Exception {
    try (var token = headway("token", "--sub", "ada")) {
      String said = token.awaitOutput().strip();
      assertThat(token.awaitExit()).isZero();
      assertThat(said.substring(said.lastIndexOf(' ') + 1)).matches("[\\w-]+\\.[\\w-]+\\.[\\w-]+");
    }
    assertThat(Files.getPosixFilePermissions(folder.resolve("key"))).hasSize(2);
  }

  @Test
  void the_conformance_suite_takes_its_arguments_from_the_launcher() throws Exception {
    try (var list = headway("conformance", "--list", "--only", "ticket.")) {
      assertThat(list.awaitOutput()).contains("· ticket.only").doesNotContain("usage", "poll.");
      assertThat(list.awaitExit()).isZero();
    }
    try (var nobody =
        headway("conformance", "http://127.0.0.1:1", "--token", "t", "--only", "poll.record")) {
      assertThat(nobody.awaitOutput()).contains("✗ poll.record", "1 failed");
      assertThat(nobody.awaitExit()).isEqualTo(1);
    }
  }

  @Test
  void serve_refuses_a_development_key_loudly() throws Exception {
    try (var serve = headway("serve")) {
      assertThat(serve.awaitOutput()).contains("HEADWAY_DEVELOPMENT_KEY");
      assertThat(serve.awaitExit()).isEqualTo(1);
    }
  }

  @Test
  void kept_work_goes_on_after_a_crash_in_the_middle() throws Exception {
    String data = folder.resolve("data").toString();
    String port = "" + FreePorts.first();
    Path csv = SampleFiles.csv(folder, "long.csv", "long", 600);
    String id;
    try (var http = HttpClient.newHttpClient()) {
      try (var local = headway("local", "--port", port, "--data", data)) {
        var user = api(http, local.awaitReady());
        id = user.upload(csv);
        try (var stream = user.stream(id, Map.of())) {
          while (stream.events().stream().noneMatch(e -> completedBatches(e) > 5)) {
            Thread.onSpinWait();
          }
        }
        local.kill();
      }
      try (var local = headway("local", "--port", port, "--data", data)) {
        var user = api(http, local.awaitReady());
        try (var stream = user.stream(id, Map.of())) {
          var last = Api.json(stream.awaitEnd(100).getLast().data());
          assertThat(last.get("status").asText()).isEqualTo("completed");
          assertThat(last.get("progress").get("completedBatches").asInt()).isEqualTo(60);
          assertThat(last.get("progress").get("processedLeads").asInt()).isEqualTo(600);
          assertThat(last.get("progress").get("createdLeads").asInt()).isEqualTo(600);
        }
        assertThat(user.leads()).hasSize(600);
      }
    }
  }

  private static int completedBatches(StreamClient.Event event) {
    try {
      return Api.json(event.data()).get("progress").get("completedBatches").asInt();
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
