package dev.headway.cli;

import dev.headway.status.OwnerId;
import java.io.IOException;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code headway token}: prints a development token. Needs no running service. */
public final class TokenCommand {
  private static final String HELP =
      """
      usage: headway token --sub USER [--ttl DURATION]

      Prints a token of the development key, and nothing else: a service that was started
      with ./headway local accepts it.

        --sub USER       who the token is for
        --ttl DURATION   how long it is good for: 90s, 15m, 12h, 7d (default 1h, at most 30d)

      exit status: 0 the token was printed, 2 the command line is wrong,
      3 the development key cannot be used
      """;

  private static final Duration DEFAULT_TTL = Duration.ofHours(1);

  /** A development token that is lost should not open anything for ever. */
  private static final Duration MAX_TTL = Duration.ofDays(30);

  private static final Pattern SHORT_DURATION = Pattern.compile("([0-9]{1,9})([smhd])");

  private final Terminal terminal;
  private final TokenSource tokens;

  public TokenCommand(Terminal terminal, TokenSource tokens) {
    this.terminal = terminal;
    this.tokens = tokens;
  }

  /** Returns the exit status for the shell. */
  public int run(List<String> arguments) throws InterruptedException {
    return Invocation.run(terminal, HELP, arguments, () -> print(arguments));
  }

  private ExitStatus print(List<String> arguments) throws CommandFailure {
    var line = CommandLine.parse(arguments, Set.of("sub", "ttl"));
    line.requireNoWords();
    OwnerId subject = subject(line);
    Duration timeToLive = timeToLive(line);
    try {
      terminal.out().println(tokens.token(subject, timeToLive));
      terminal.out().flush();
      return ExitStatus.DONE;
    } catch (IOException e) {
      throw Credentials.keyFailure(e);
    }
  }

  private static OwnerId subject(CommandLine line) throws CommandFailure {
    String text =
        line.option("sub").orElseThrow(() -> CommandFailure.usage("--sub USER is missing."));
    return Credentials.owner("--sub", text);
  }

  private static Duration timeToLive(CommandLine line) throws CommandFailure {
    if (line.option("ttl").isEmpty()) {
      return DEFAULT_TTL;
    }
    Duration duration = duration(line.option("ttl").get());
    if (duration.compareTo(Duration.ofSeconds(1)) < 0 || duration.compareTo(MAX_TTL) > 0) {
      throw CommandFailure.usage("--ttl is from 1s to " + MAX_TTL.toDays() + "d.");
    }
    return duration;
  }

  private static Duration duration(String text) throws CommandFailure {
    Matcher simple = SHORT_DURATION.matcher(text);
    try {
      // ISO 8601 writes the T before hours, minutes and seconds, but not before days.
      return simple.matches()
          ? Duration.parse(
              (simple.group(2).equals("d") ? "P" : "PT") + text.toUpperCase(Locale.ROOT))
          : Duration.parse(text);
    } catch (DateTimeParseException _) {
      throw CommandFailure.usage("--ttl is a duration like 90s, 15m, 12h or 7d.");
    }
  }
}
