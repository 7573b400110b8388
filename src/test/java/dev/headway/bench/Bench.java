package dev.headway.bench;

import dev.headway.bench.hub.AttackBench;
import dev.headway.bench.hub.HubBench;
import java.util.Arrays;

/**
 * The entry point of {@code ./headway bench NAME}: measurements, on demand, never part of a test.
 */
public final class Bench {
  private Bench() {}

  public static void main(String[] args) throws Exception {
    String name = args.length == 0 ? "" : args[0];
    String[] rest = args.length == 0 ? args : Arrays.copyOfRange(args, 1, args.length);
    switch (name) {
      case "live" -> LiveBench.main(rest);
      case "start" -> StartBench.main(rest);
      case "estimate" -> EstimateBench.main(rest);
      case "record" -> RecordBench.main(rest);
      case "workers" -> WorkersBench.main(rest);
      case "timing" -> TimingBench.main(rest);
      case "file" -> FileBench.main(rest);
      case "attack" -> AttackBench.main(rest);
      case "micro" -> MicroBench.main(rest);
      case "idle", "changes", "crowd", "hub", "storm", "slow", "poll", "protocols", "soak", "all" ->
          HubBench.main(name, rest);
      default -> {
        System.err.println("usage: headway bench live [--seconds N] [--uploads N]");
        System.err.println("       headway bench start [--runs N]");
        System.err.println("       headway bench estimate [--seeds N]");
        System.err.println("       headway bench record [--leads N]");
        System.err.println("       headway bench workers [--workers N]");
        System.err.println("       headway bench file");
        System.err.println("       headway bench attack [--only NAME,…]");
        System.err.println("       headway bench micro [JMH ARGUMENTS]");
        System.err.println("       headway bench timing [--requests N]");
        System.err.println(
            "       headway bench idle|changes|crowd|hub|storm|slow|poll|protocols|all [--runs N]"
                + " [--json FILE] [--only NAME,…]");
        System.err.println("       headway bench soak [--minutes N] [--json FILE]");
        System.exit(2);
      }
    }
    System.exit(0);
  }
}
