package dev.headway.cli;

import static dev.headway.cli.FakeService.event;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ends a real process in the middle of its work, as Ctrl-C does (the same shutdown, SIGTERM). */
class InterruptNoticeTest {
  @TempDir private Path folder;

  /** The process that is interrupted. */
  static final class Interrupted {
    private Interrupted() {}

    public static void main(String[] args) throws InterruptedException {
      var terminal = Terminal.ofThisProcess(Map.of());
      TokenSource tokens = (_, _) -> "token";
      System.exit(
          new UploadCommand(new Surroundings(terminal, tokens, Map.of())).run(List.of(args)));
    }
  }

  @Test
  void whoever_stops_watching_learns_that_the_upload_goes_on_and_how_to_stop_it() throws Exception {
    try (var service = new FakeService()) {
      service.acceptingUploads();
      service.status(service.silentStream(event(2, "processing", 3)));

      var said = interruptAfter("30.0 %", service, "--as", "it's ada");

      assertThat(said)
          .containsExactly(
              "The upload goes on.",
              "  watch it:   ./headway watch %s --url %s --as 'it'\\''s ada'"
                  .formatted(FakeService.ID, service.url()),
              "  cancel it:  curl -X POST -H \"Authorization: Bearer $(./headway token --sub"
                  + " 'it'\\''s ada')\" %s/status/%s/cancel"
                      .formatted(service.url(), FakeService.ID));
    }
  }

  @Test
  void whoever_interrupts_the_sending_learns_that_it_comes_to_nothing() throws Exception {
    try (var service = new FakeService()) {
      service.acceptingUploads(service.silentStream(""));

      var said = interruptAfter("is upload", service);

      assertThat(said)
          .containsExactly("The file was not sent completely, so this upload comes to nothing.");
    }
  }

  private List<String> interruptAfter(String line, FakeService service, String... more)
      throws IOException, InterruptedException {
    Path file = Files.writeString(folder.resolve("leads.csv"), "name\nAda\n");
    String java = ProcessHandle.current().info().command().orElseThrow();
    String classPath = System.getProperty("java.class.path");
    var command = new ArrayList<String>();
    command.addAll(List.of(java, "-XX:TieredStopAtLevel=1", "-cp", classPath));
    command.addAll(List.of(Interrupted.class.getName(), file.toString(), "--url", service.url()));
    command.addAll(List.of(more));
    Process process = new ProcessBuilder(command).start();
    try (BufferedReader out = process.inputReader();
        BufferedReader err = process.errorReader()) {
      String said = out.readLine();
      while (said != null && !said.contains(line)) {
        said = out.readLine();
      }
      assertThat(said).as("the line before the interruption").isNotNull();
      process.toHandle().destroy(); // unlike process.destroy(), leaves its streams open
      assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(143);
      return err.lines().toList();
    } finally {
      process.destroyForcibly();
    }
  }
}
