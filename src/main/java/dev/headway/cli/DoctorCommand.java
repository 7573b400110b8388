package dev.headway.cli;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLContext;

/** {@code headway doctor}: says what on the way to a service keeps streams from arriving. */
public final class DoctorCommand {
  private static final String HELP =
      """
      usage: headway doctor URL [--seconds 20] [--upload ID] [--origin ORIGIN] [--as USER] [--cacert FILE] [--json]

      Looks at the way from here to a service as a browser uses it, and says what buffers,
      compresses, cuts, caches or redirects there, and the directive of nginx, Apache, ALB or
      CloudFront that ends it. Creates and changes nothing: it listens to your own uploads.

        --seconds N       how long to listen to the stream, 5 to 3600 (default 20; a heartbeat
                          comes every 15 s)
        --upload ID       your upload to try Last-Event-ID and ETag with (default: one of yours)
        --origin ORIGIN   a page's origin, like https://app.example, that shall be allowed to call
        --as USER         who asks, with a token of the development key (default: developer, for
                          a service on this machine)
        --cacert FILE     certificates (PEM) to trust instead of those of the Java runtime
        --json            for programs

      HEADWAY_TOKEN in the environment is used as the token. Without any, only what needs none
      is looked at, and that counts as a problem.

      exit status: 0 no problem, 1 a problem was found, 2 the command line is wrong
      """;

  private static final Duration SHORTEST = Duration.ofSeconds(5);
  private static final Duration LONGEST = Duration.ofHours(1);
  private static final Duration USUALLY = Duration.ofSeconds(20);

  private final Surroundings here;
  private final InstantSource clock;

  public DoctorCommand(Surroundings here) {
    this(here, InstantSource.system());
  }

  DoctorCommand(Surroundings here, InstantSource clock) {
    this.here = here;
    this.clock = clock;
  }

  /** Blocks until everything was looked at; returns the exit status for the shell. */
  public int run(List<String> arguments) throws InterruptedException {
    return Invocation.run(here.terminal(), HELP, arguments, () -> examine(arguments));
  }

  private ExitStatus examine(List<String> arguments) throws CommandFailure, InterruptedException {
    var line =
        CommandLine.parse(
            arguments, Set.of("seconds", "upload", "origin", "as", "cacert"), Set.of("json"));
    URI base = Connection.address(line.theWord("URL"), "URL");
    Duration listen = seconds(line);
    Optional<String> upload = upload(line);
    Optional<URI> origin = origin(line);
    SSLContext tls = WayThere.trusting(line.option("cacert").map(Path::of));

    var way = new WayThere(base, tls, clock);
    var findings = new ArrayList<>(way.look());
    Set<Intermediary> between = Set.of();
    if (findings.stream().noneMatch(Finding::isProblem)) {
      var wishes = new Examination.Wishes(token(line, way.isLoopback()), upload, origin, listen);
      if (base.getScheme().equalsIgnoreCase("http") && !way.isLoopback()) {
        findings.add(
            Finding.note(
                "encryption", "there is none: anybody on the way reads along, the token too"));
      }
      try (var probe = new Probe(base, tls, clock)) {
        findings.addAll(new Examination(probe, wishes, clock).look());
        between = probe.seen();
      }
    }
    var report = new DoctorReport(base, findings, between);
    here.terminal()
        .out()
        .print(
            line.has("json")
                ? report.json().toPrettyString() + "\n"
                : report.text(here.terminal().columns()));
    here.terminal().out().flush();
    return report.status();
  }

  /** A development token is of use on this machine only, unless somebody asks for one. */
  private Optional<String> token(CommandLine line, boolean loopback) throws CommandFailure {
    if (!Credentials.given(here.environment()) && !loopback && line.option("as").isEmpty()) {
      return Optional.empty();
    }
    String user = line.option("as").orElse(Connection.DEFAULT_USER);
    return Optional.of(
        Credentials.of(here.environment(), here.tokens(), Credentials.owner("--as", user))
            .bearer());
  }

  private static Duration seconds(CommandLine line) throws CommandFailure {
    if (line.option("seconds").isEmpty()) {
      return USUALLY;
    }
    String text = line.option("seconds").get();
    Duration seconds = Duration.ofSeconds(text.matches("[0-9]{1,5}") ? Long.parseLong(text) : 0);
    if (seconds.compareTo(SHORTEST) < 0 || seconds.compareTo(LONGEST) > 0) {
      throw CommandFailure.usage(
          "--seconds is from " + SHORTEST.toSeconds() + " to " + LONGEST.toSeconds() + ".");
    }
    return seconds;
  }

  private static Optional<String> upload(CommandLine line) throws CommandFailure {
    Optional<String> id = line.option("upload");
    if (id.isPresent() && !id.get().matches("[A-Za-z0-9_-]{1,255}")) {
      throw CommandFailure.usage("An upload id is 1 to 255 of A-Z a-z 0-9 _ and -.");
    }
    return id;
  }

  private static Optional<URI> origin(CommandLine line) throws CommandFailure {
    if (line.option("origin").isEmpty()) {
      return Optional.empty();
    }
    try {
      var origin = new URI(line.option("origin").get());
      boolean web = "http".equals(origin.getScheme()) || "https".equals(origin.getScheme());
      if (web
          && origin.getHost() != null
          && origin.getRawPath().isEmpty()
          && origin.getRawQuery() == null
          && origin.getRawFragment() == null
          && origin.getRawUserInfo() == null) {
        return Optional.of(origin);
      }
    } catch (URISyntaxException _) {
      // answered below
    }
    throw CommandFailure.usage("--origin is an origin like https://app.example, without a path.");
  }
}
