package dev.headway.bench.hub;

import dev.headway.TestCertificate;
import dev.headway.bench.Options;
import dev.headway.http.Attack;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * What other users' streams lose while somebody attacks: {@code ./headway bench attack}. Each
 * attack is held against the mean of the windows before and after it. The attacker is a process of
 * its own, which has what service and readers leave of the cores.
 */
public final class AttackBench implements AutoCloseable {
  private static final int STREAMS = 2_000;
  private static final int UPLOADS = 20;

  /** Of all uploads together, a second; each goes to a hundred streams. */
  private static final int CHANGES = 200;

  private static final int SECONDS = 5;

  /** In it the quota of their address fills again: the streams are opened in two halves. */
  private static final int REST_SECONDS = 6;

  private static final double MOST = 1.5;

  /**
   * Milliseconds. Up to it, the ratio of two 99th percentiles is one of collections of garbage and
   * turns of the scheduler, and says nothing about an attack.
   */
  private static final double NOISE = 5;

  private final Callers callers = new Callers();
  private final Path tokens = callers.hs256(STREAMS);
  private final String attackersToken = Files.readAllLines(tokens).getFirst();
  private final Path folder = Files.createTempDirectory("headway-bench-tls");
  private final TestCertificate certificate = TestCertificate.in(folder);
  private final List<String> only;
  private boolean harmed;

  private AttackBench(List<String> only) throws Exception {
    this.only = only;
  }

  /** Ends the process with status 1 if anybody was harmed. */
  public static void main(String[] args) throws Exception {
    List<String> only =
        Options.text(args, "--only").map(names -> List.of(names.split(",", -1))).orElse(List.of());
    boolean harmed;
    try (var bench = new AttackBench(only)) {
      System.out.printf(
          """
          %,d streams of other users. Harmed: a stream left behind the newest version or out of order, \
          or a p99 of more than %.1f times the one without and more than %.0f ms. Passed over: versions \
          that a newer one took the place of. Cores: what the service used, without and with.

          | attack | p50 ms without | p99 ms without | p50 ms | p99 ms | ratio of p99 \
          | cores | passed over | left behind | out of order | what the attacker got | others |
          |---|---|---|---|---|---|---|---|---|---|---|---|
          """,
          STREAMS, MOST, NOISE);
      bench.overPlainText();
      bench.overTls();
      harmed = bench.harmed;
    }
    System.exit(harmed ? 1 : 0);
  }

  /** What the others got in a while. */
  private record Seen(double p50, double p99, long events, long behind, long disordered) {}

  /** That, and how many cores the service used meanwhile. */
  private record Window(Seen seen, double cores) {}

  /** The others, while changes are made. */
  @FunctionalInterface
  private interface Others {
    Seen see() throws Exception;
  }

  private List<Attack> attacks(boolean withTls) {
    return Arrays.stream(Attack.values())
        .filter(attack -> attack.needsTls() == withTls)
        .filter(attack -> only.isEmpty() || only.contains(attack.name()))
        .toList();
  }

  private void overPlainText() throws Exception {
    List<Attack> attacks = attacks(/* withTls= */ false);
    if (attacks.isEmpty()) {
      return;
    }
    try (var load = new Load();
        Server server = Server.withQuotas(callers.sharedKey(), Optional.empty())) {
      for (int half = 0; half < 2; half++) {
        var _ = load.connect(server, STREAMS / 2, UPLOADS, tokens);
        TimeUnit.SECONDS.sleep(REST_SECONDS);
      }
      under(
          attacks,
          server,
          () -> {
            var _ = load.window();
            publish(server);
            JsonObject window = load.window();
            return new Seen(
                window.getDouble("p50"),
                window.getDouble("p99"),
                window.getLong("events"),
                window.getLong("behind"),
                window.getLong("disordered"));
          });
    }
  }

  private void overTls() throws Exception {
    List<Attack> attacks = attacks(/* withTls= */ true);
    if (attacks.isEmpty()) {
      return;
    }
    try (Server server = Server.withQuotas(callers.sharedKey(), Optional.of(certificate));
        var clients = new ProtocolLoad(HttpVersion.HTTP_1_1, Optional.of(certificate), STREAMS)) {
      clients.connect(server, STREAMS, UPLOADS, tokens);
      under(
          attacks,
          server,
          () -> {
            var _ = clients.window();
            publish(server);
            ProtocolLoad.Window window = clients.window();
            return new Seen(
                window.p50(), window.p99(), window.events(), window.behind(), window.disordered());
          });
    }
  }

  private static void publish(Server server) throws Exception {
    server.publish(CHANGES, UPLOADS, SECONDS, 1).get(60, TimeUnit.SECONDS);
    TimeUnit.SECONDS.sleep(1); // what is still under way
  }

  private void under(List<Attack> attacks, Server server, Others others) throws Exception {
    var _ = others.see(); // warms up
    Window before = watch(server, others);
    for (Attack attack : attacks) {
      Window during;
      String outcome;
      try (Attacker attacker =
          Attacker.begin(
              attack, server.port, certificate, attackersToken, "/status/" + Uploads.id(0))) {
        TimeUnit.SECONDS.sleep(1); // so that the first burst is over
        during = watch(server, others);
        outcome = attacker.outcome();
      }
      TimeUnit.SECONDS.sleep(1); // so that nothing of it is left
      Window after = watch(server, others);
      report(attack, before, during, after, outcome);
      before = after;
    }
  }

  private static Window watch(Server server, Others others) throws Exception {
    long cpu = server.cpu().toNanos();
    long from = System.nanoTime();
    Seen seen = others.see();
    return new Window(seen, (double) (server.cpu().toNanos() - cpu) / (System.nanoTime() - from));
  }

  private void report(
      Attack attack, Window without, Window with, Window afterwards, String outcome) {
    Seen before = without.seen;
    Seen during = with.seen;
    Seen after = afterwards.seen;
    double undisturbed = (before.p99 + after.p99) / 2;
    double ratio = during.p99 / undisturbed;
    long passedOver = (long) CHANGES * SECONDS * STREAMS / UPLOADS - during.events;
    long behind = during.behind + after.behind;
    long disordered = during.disordered + after.disordered;
    // Not the other way round: what is not a number is no proof.
    boolean isUnharmed = (ratio <= MOST || during.p99 <= NOISE) && behind == 0 && disordered == 0;
    harmed |= !isUnharmed;
    System.out.printf(
        Locale.ROOT,
        "| %s | %.1f | %.1f | %.1f | %.1f | %.2f | %.2f, %.2f | %d | %d | %d | %s | %s |%n",
        attack,
        (before.p50 + after.p50) / 2,
        undisturbed,
        during.p50,
        during.p99,
        ratio,
        (without.cores + afterwards.cores) / 2,
        with.cores,
        passedOver,
        behind,
        disordered,
        outcome,
        isUnharmed ? "unharmed" : "**harmed**");
  }

  @Override
  public void close() throws IOException {
    callers.close();
    Files.delete(certificate.certificate());
    Files.delete(certificate.key());
    Files.delete(folder);
  }
}
