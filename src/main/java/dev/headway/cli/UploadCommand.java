package dev.headway.cli;

import dev.headway.cli.Answers.Accepted;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/** {@code headway upload}: sends a file and shows its processing until it ends. */
public final class UploadCommand {
  private static final String HELP =
      """
      usage: headway upload FILE [--url URL] [--as USER]

      Uploads a CSV or XLSX file and shows its processing until it ends. Once the file has been
      sent, Ctrl-C ends the showing, not the upload.

        --url URL    the service (default http://127.0.0.1:8080)
        --as USER    whose upload it is (default developer), with a token of the development key

      HEADWAY_TOKEN in the environment is used as the token instead, for a service that does
      not know the development key.

      exit status: 0 the upload completed, 1 it failed or was cancelled,
      2 the command line is wrong or the file cannot be read,
      3 the service could not be reached or refused
      """;

  private final Surroundings here;
  private final Timing timing;

  public UploadCommand(Surroundings here) {
    this(here, Timing.real());
  }

  UploadCommand(Surroundings here, Timing timing) {
    this.here = here;
    this.timing = timing;
  }

  /** Blocks until the upload has ended; returns the exit status for the shell. */
  public int run(List<String> arguments) throws InterruptedException {
    return Invocation.run(here.terminal(), HELP, arguments, () -> upload(arguments));
  }

  private ExitStatus upload(List<String> arguments) throws CommandFailure, InterruptedException {
    var line = CommandLine.parse(arguments, Connection.OPTIONS);
    var file = SelectedFile.of(line.theWord("FILE"));
    var connection = Connection.of(line, here);
    var display = new ProgressDisplay(here.terminal(), timing.clock());
    var farewell = new AtomicReference<>("Nothing was uploaded.");
    try (var service = connection.open(timing);
        var _ = new InterruptNotice(display, here.terminal(), farewell::get)) {
      Accepted accepted = accept(service, file);
      display.say("%s is upload %s".formatted(file.name(), accepted.uploadId()));
      farewell.set("The file was not sent completely, so this upload comes to nothing.");
      send(service, file, accepted, display);
      farewell.set(Farewell.whileItGoesOn(connection, accepted.uploadId()));
      var follower = new Follower(service, accepted.uploadId(), timing, display::show);
      return Farewell.atTheEnd(follower.from(accepted.status()).follow(), display);
    } finally {
      display.endLine();
    }
  }

  private static Accepted accept(RemoteService service, SelectedFile file)
      throws CommandFailure, InterruptedException {
    try {
      return service.accept(file);
    } catch (Refusal refusal) {
      throw refusal.asFailure();
    } catch (IOException e) {
      throw Unreachable.failure(service.base(), e);
    }
  }

  private static void send(
      RemoteService service, SelectedFile file, Accepted accepted, ProgressDisplay display)
      throws CommandFailure, InterruptedException {
    try {
      service.send(file, accepted.upload(), sent -> display.showSent(sent, file.size()));
    } catch (Refusal refusal) {
      throw refusal.asFailure();
    } catch (IOException e) {
      throw CommandFailure.noAnswer(
          "The file could not be sent to the file storage: " + Unreachable.reason(e) + ".");
    }
  }
}
