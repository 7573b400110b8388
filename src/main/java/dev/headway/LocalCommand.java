package dev.headway;

import dev.headway.cli.CommandFailure;
import dev.headway.cli.CommandLine;
import dev.headway.cli.Terminal;
import dev.headway.local.CannotStartException;
import dev.headway.local.LocalConfig;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

/** {@code headway local}: the whole system on this machine, until Ctrl-C. */
final class LocalCommand {
  private static final String HELP =
      """
      usage: headway local [--port 8080] [--data DIR]

      Runs everything on this machine, on 127.0.0.1 only, without an AWS account: the service
      and its page on PORT, DynamoDB Local on PORT+1, SQS on PORT+2, S3 on PORT+3 and a
      stand-in for the language model on PORT+4.

        --port PORT   the first of the five ports (default 8080)
        --data DIR    keep everything there, unfinished work included; without it, all is in
                      memory and gone at the end

      environment:
        DEEPSEEK_API_KEY         ask the real model, and not the stand-in
        DEEPSEEK_BASE_URL        another OpenAI-compatible service
        DEEPSEEK_MODEL           another of its models
        HEADWAY_STAND_IN_DELAY   how long the stand-in takes: 300ms, or 150ms-600ms
        HEADWAY_DEVELOPMENT_KEY  where the key of the development tokens is kept
        HEADWAY_MAX_CONNECTIONS, HEADWAY_ADDRESS_CONNECTIONS, HEADWAY_MAX_STREAMS,
        HEADWAY_USER_STREAMS, HEADWAY_NEW_STREAMS_RATE, HEADWAY_USER_RATE,
        HEADWAY_ADDRESS_RATE,
        HEADWAY_TRUSTED_PROXIES  limits, as for ./headway serve
        HEADWAY_TRACES           the share of uploads that are traced, 0 to 1;
        OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_HEADERS
                                 where to, as for ./headway serve
      """;

  /** As long as somebody may have the page open on one day. */
  private static final Duration TOKEN_LIFETIME = Duration.ofHours(12);

  private static final String USER = "developer";

  private final Terminal terminal;
  private final Map<String, String> environment;

  LocalCommand(Terminal terminal, Map<String, String> environment) {
    this.terminal = terminal;
    this.environment = environment;
  }

  /** Blocks until the process is told to end; returns the exit status for the shell. */
  int run(List<String> arguments) throws InterruptedException {
    if (CommandLine.asksForHelp(arguments)) {
      terminal.out().print(HELP);
      return 0;
    }
    LocalConfig config;
    try {
      config = config(CommandLine.parse(arguments, Set.of("port", "data")));
    } catch (CommandFailure | IllegalArgumentException e) {
      terminal.err().println(e.getMessage());
      terminal.err().println("./headway local --help says more.");
      return 2;
    }
    var ended = new CountDownLatch(1);
    try {
      var system = LocalSystem.start(config, environment);
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(
                  () -> {
                    system.close();
                    ended.countDown();
                  },
                  "headway-stop"));
      greet(system);
    } catch (CannotStartException | IllegalArgumentException e) {
      terminal.err().println(e.getMessage());
      return 1;
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("the local system cannot start", e);
    }
    ended.await();
    return 0;
  }

  private static LocalConfig config(CommandLine line) throws CommandFailure {
    line.requireNoWords();
    int port =
        line.option("port").isPresent()
            ? port(line.option("port").get())
            : LocalConfig.DEFAULT_PORT;
    return new LocalConfig(port, line.option("data").map(Path::of));
  }

  private static int port(String text) throws CommandFailure {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw CommandFailure.usage("--port is a number.");
    }
  }

  private void greet(LocalSystem system) {
    String token = system.token(USER, TOKEN_LIFETIME);
    String kept =
        system
            .config()
            .data()
            .map(directory -> "Everything is kept in " + directory + ".")
            .orElse("Everything is in memory and gone at the end; --data DIR keeps it.");
    terminal
        .out()
        .printf(
            """

            Headway is ready after %.1f s.

              page   %s/#token=%s
              curl   curl -s -H "Authorization: Bearer %s" "%s/leads?limit=5"
              shell  ./headway upload FILE --url %s

            %s Ctrl-C ends it.

            """,
            ManagementFactory.getRuntimeMXBean().getUptime() / 1000.0,
            system.baseUrl(),
            token,
            token,
            system.baseUrl(),
            system.baseUrl(),
            kept);
    terminal.out().flush();
  }
}
