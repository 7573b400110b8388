package dev.headway.bench.hub;

import dev.headway.TestCertificate;
import dev.headway.http.Attack;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * An attack in a process of its own, of the lowest priority: attackers bring their own machine, so
 * what theirs spends must not be taken from the service and the readers. What it cannot keep up is
 * seen in what it got.
 */
final class Attacker implements AutoCloseable {
  private static final List<String> FLAGS =
      List.of("-XX:+UseCompactObjectHeaders", "-XX:+UseSerialGC", "-Xmx256m");

  private final Child process;

  private Attacker(Child process) {
    this.process = process;
  }

  /** Begins; the attack is under way when this returns. */
  static Attacker begin(Attack attack, int port, TestCertificate trusted, String token, String path)
      throws IOException {
    var attacker =
        new Attacker(
            Child.inBackground(
                FLAGS,
                Attacker.class,
                attack.name(),
                Integer.toString(port),
                trusted.certificate().toString(),
                trusted.key().toString(),
                token,
                path));
    var _ = attacker.process.answer();
    return attacker;
  }

  /** What came of it so far. */
  String outcome() throws IOException {
    return process.ask("outcome");
  }

  @Override
  public void close() {
    process.close();
  }

  /** The process: says what came of it for each line that it is given. */
  public static void main(String[] args) throws Exception {
    try (var attack =
            Attack.valueOf(args[0])
                .begin(
                    Integer.parseInt(args[1]),
                    new TestCertificate(Path.of(args[2]), Path.of(args[3])).trusting(),
                    args[4],
                    args[5]);
        var orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      attack.isUnderWay();
      System.out.println("begun");
      while (orders.readLine() != null) {
        System.out.println(attack.outcome());
      }
    }
    System.exit(0);
  }
}
