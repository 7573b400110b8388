package dev.headway;

import dev.headway.cli.DoctorCommand;
import dev.headway.cli.Surroundings;
import dev.headway.cli.Terminal;
import dev.headway.cli.TokenCommand;
import dev.headway.cli.TokenSource;
import dev.headway.cli.UploadCommand;
import dev.headway.cli.WatchCommand;
import dev.headway.local.CannotStartException;
import dev.headway.local.DevelopmentKey;
import dev.headway.local.DevelopmentTokens;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/** The entry point of every command; the launcher {@code headway} builds and starts it. */
public final class Main {
  private static final int WRONG_USAGE = 2;

  private Main() {}

  public static void main(String[] args) throws InterruptedException {
    int status = run(List.of(args), System.getenv());
    System.exit(status);
  }

  private static int run(List<String> args, Map<String, String> environment)
      throws InterruptedException {
    var terminal = Terminal.ofThisProcess(environment);
    if (args.isEmpty()) {
      return unknown(terminal, "");
    }
    List<String> rest = args.subList(1, args.size());
    var here = new Surroundings(terminal, developmentTokens(environment), environment);
    return switch (args.getFirst()) {
      case "local" -> new LocalCommand(terminal, environment).run(rest);
      case "serve" -> new ServeCommand(terminal, environment).run(rest);
      case "upload" -> new UploadCommand(here).run(rest);
      case "watch" -> new WatchCommand(here).run(rest);
      case "doctor" -> new DoctorCommand(here).run(rest);
      case "token" -> new TokenCommand(terminal, here.tokens()).run(rest);
      default -> unknown(terminal, args.getFirst());
    };
  }

  private static int unknown(Terminal terminal, String command) {
    terminal.err().println("usage: headway local|serve|upload|watch|doctor|token …");
    if (!command.isEmpty()) {
      terminal.err().println("There is no such command.");
    }
    return WRONG_USAGE;
  }

  /** The key is read only when a token is wanted: {@code HEADWAY_TOKEN} may make it needless. */
  private static TokenSource developmentTokens(Map<String, String> environment) {
    return (subject, lifetime) -> {
      try {
        Path home = Path.of(System.getProperty("user.home"));
        var key = DevelopmentKey.at(DevelopmentKey.location(environment, home));
        return new DevelopmentTokens(key, InstantSource.system()).mint(subject, lifetime);
      } catch (CannotStartException e) {
        throw new IOException(e.getMessage(), e);
      }
    };
  }
}
