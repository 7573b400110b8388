package dev.headway.cli;

import dev.headway.status.UploadId;
import java.util.List;

/** {@code headway watch}: shows an upload's processing until it ends. */
public final class WatchCommand {
  private static final String HELP =
      """
      usage: headway watch UPLOAD_ID [--url URL] [--as USER]

      Shows the processing of an upload until it ends. Ctrl-C ends the showing, not the upload.

        --url URL    the service (default http://127.0.0.1:8080)
        --as USER    whose upload it is (default developer), with a token of the development key

      HEADWAY_TOKEN in the environment is used as the token instead, for a service that does
      not know the development key.

      exit status: 0 the upload completed, 1 it failed or was cancelled,
      2 the command line is wrong, 3 the service could not be reached or refused
      """;

  private final Surroundings here;
  private final Timing timing;

  public WatchCommand(Surroundings here) {
    this(here, Timing.real());
  }

  WatchCommand(Surroundings here, Timing timing) {
    this.here = here;
    this.timing = timing;
  }

  /** Blocks until the upload has ended; returns the exit status for the shell. */
  public int run(List<String> arguments) throws InterruptedException {
    return Invocation.run(here.terminal(), HELP, arguments, () -> watch(arguments));
  }

  private ExitStatus watch(List<String> arguments) throws CommandFailure, InterruptedException {
    var line = CommandLine.parse(arguments, Connection.OPTIONS);
    UploadId id =
        UploadId.parse(line.theWord("UPLOAD_ID"))
            .orElseThrow(
                () -> CommandFailure.usage("An upload id is 1 to 255 of A-Z a-z 0-9 _ and -."));
    var connection = Connection.of(line, here);
    var display = new ProgressDisplay(here.terminal(), timing.clock());
    try (var service = connection.open(timing);
        var _ =
            new InterruptNotice(
                display, here.terminal(), () -> Farewell.whileItGoesOn(connection, id))) {
      var follower = new Follower(service, id, timing, display::show);
      return Farewell.atTheEnd(follower.follow(), display);
    } finally {
      display.endLine();
    }
  }
}
