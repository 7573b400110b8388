package dev.headway.bench;

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
      case "file" -> FileBench.main(rest);
      default -> {
        System.err.println("usage: headway bench live [--seconds N] [--uploads N]");
        System.err.println("       headway bench start [--runs N]");
        System.err.println("       headway bench estimate [--seeds N]");
        System.err.println("       headway bench record [--leads N]");
        System.err.println("       headway bench workers [--workers N]");
        System.err.println("       headway bench file");
        System.exit(2);
      }
    }
    System.exit(0);
  }
}
