package dev.headway.cli;

import dev.headway.status.OwnerId;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** A terminal, a token source and a time of a test: a command runs in it as in a shell. */
final class Scene {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Terminal terminal;
  private final Map<String, String> environment;
  private long nanoTime;

  /** What the command waited for; no time passes while it does, but the ticker moves. */
  final List<Duration> pauses = new ArrayList<>();

  final List<OwnerId> tokensFor = new CopyOnWriteArrayList<>();

  Scene() {
    this(false, Map.of());
  }

  Scene(boolean interactive, Map<String, String> environment) {
    this.terminal =
        new Terminal(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            interactive,
            60);
    this.environment = environment;
  }

  int upload(String... arguments) throws InterruptedException {
    return new UploadCommand(here(), timing()).run(List.of(arguments));
  }

  int watch(String... arguments) throws InterruptedException {
    return new WatchCommand(here(), timing()).run(List.of(arguments));
  }

  int token(TokenSource source, String... arguments) throws InterruptedException {
    return new TokenCommand(terminal, source).run(List.of(arguments));
  }

  String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  private String token(OwnerId subject, Duration timeToLive) {
    tokensFor.add(subject);
    return "token-for-" + subject.value();
  }

  private Surroundings here() {
    return new Surroundings(terminal, this::token, environment);
  }

  private Timing timing() {
    return new Timing(
        InstantSource.fixed(Instant.parse("2026-01-09T10:00:00Z")),
        () -> nanoTime,
        pause -> {
          pauses.add(pause);
          nanoTime += pause.toNanos();
        },
        Duration.ofMillis(300),
        Duration.ofSeconds(60));
  }
}
